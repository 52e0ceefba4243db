/* SPDX-License-Identifier: MIT
 * Files by the C library: streams, descriptors, directories, attributes, mappings.
 */
#include "component.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

static unsigned checks, wrong;

static void expect(bool holds, const char *what)
{
	checks++;
	if (!holds) {
		wrong++;
		fprintf(stderr, "wrong: %s: %s\n", what, strerror(errno));
	}
}

static bool refused(long result, int error)
{
	return result == -1 && errno == error;
}

static void try_streams(void)
{
	char line[64];
	FILE *file = fopen("/text", "w+"), *unnamed;

	expect(file != NULL, "fopen");
	if (file == NULL) {
		return;
	}
	for (int i = 0; i < 1000; i++) {
		fprintf(file, "line %03d\n", i);
	}
	expect(fseek(file, 9 * 500, SEEK_SET) == 0 && fgets(line, sizeof line, file) != NULL &&
		   strcmp(line, "line 500\n") == 0,
	       "fseek and fgets");
	expect(fseek(file, 0, SEEK_END) == 0 && ftell(file) == 9000, "ftell");
	expect(fclose(file) == 0, "fclose");
	file = fopen("/text", "a");
	expect(file != NULL && fputs("more\n", file) >= 0 && fclose(file) == 0, "to the end");
	file = fopen("/text", "r");
	expect(file != NULL && fseek(file, -5, SEEK_END) == 0 && fscanf(file, "%63s", line) == 1 &&
		   strcmp(line, "more") == 0 && fclose(file) == 0,
	       "what was added");
	expect(mkdir("/tmp", 0777) == 0, "mkdir");
	unnamed = tmpfile();
	expect(unnamed != NULL && fputs("nobody sees this", unnamed) >= 0 && fflush(unnamed) == 0 &&
		   fseek(unnamed, 7, SEEK_SET) == 0 && fread(line, 1, 4, unnamed) == 4 &&
		   memcmp(line, "sees", 4) == 0,
	       "tmpfile");
	expect(rmdir("/tmp") == 0, "it has no name");
	expect(unnamed != NULL && fclose(unnamed) == 0, "fclose");
	expect(fopen("/none", "r") == NULL && errno == ENOENT, "what is not there");
}

static void try_descriptors(void)
{
	struct iovec parts[2] = {{.iov_base = "ab", .iov_len = 2}, {.iov_base = "cdef", .iov_len = 4}};
	const int file = open("/data", O_RDWR | O_CREAT | O_EXCL, 0640);
	char read_back[8] = "";
	int other;

	expect(file == 3, "the lowest descriptor");
	expect(refused(open("/data", O_CREAT | O_EXCL | O_RDWR, 0600), EEXIST), "O_EXCL");
	expect(writev(file, parts, 2) == 6 && lseek(file, 0, SEEK_CUR) == 6, "writev");
	expect(pwrite(file, "X", 1, 2) == 1 && pread(file, read_back, 8, 0) == 6 &&
		   memcmp(read_back, "abXdef", 6) == 0,
	       "pwrite and pread");
	other = dup(file);
	expect(other == 4 && lseek(other, 1, SEEK_SET) == 1 && read(file, read_back, 2) == 2 &&
		   memcmp(read_back, "bX", 2) == 0,
	       "copies have one offset");
	expect(dup2(file, 7) == 7 && close(7) == 0 && refused(close(7), EBADF), "dup2");
	expect((fcntl(file, F_GETFL) & O_ACCMODE) == O_RDWR, "F_GETFL");
	expect(close(other) == 0 && ftruncate(file, 100000) == 0 && lseek(file, 0, SEEK_END) == 100000,
	       "ftruncate");
	expect(lseek(file, 5, SEEK_HOLE) == 100000 && lseek(file, 5, SEEK_DATA) == 5 &&
		   refused(lseek(file, 100000, SEEK_DATA), ENXIO),
	       "SEEK_HOLE and SEEK_DATA");
	expect(refused(lseek(file, -1, SEEK_SET), EINVAL) && refused(read(99, read_back, 1), EBADF),
	       "EINVAL, EBADF");
	expect(fsync(file) == 0 && fdatasync(file) == 0, "fsync");
	expect(refused(ioctl(file, 1), ENOTTY) && !isatty(file), "no terminal");
	expect(lockf(file, F_TLOCK, 0) == 0 && lockf(file, F_ULOCK, 0) == 0, "lockf");
	expect(close(file) == 0, "close");
	expect((other = open("/data", O_WRONLY | O_APPEND)) == 3 && write(other, "end", 3) == 3 &&
		   lseek(other, 0, SEEK_CUR) == 100003 && refused(read(other, read_back, 1), EBADF) &&
		   close(other) == 0,
	       "O_APPEND");
	expect(truncate("/data", 3) == 0, "truncate");
}

static void try_attributes(void)
{
	const struct timespec times[2] = {{.tv_sec = 1000000000, .tv_nsec = 5}, {.tv_nsec = UTIME_OMIT}};
	struct statvfs space;
	struct stat status;

	expect(stat("/data", &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 3 &&
		   (status.st_mode & 0777) == 0640 && status.st_nlink == 1,
	       "stat");
	expect(link("/data", "/second") == 0 && stat("/second", &status) == 0 && status.st_nlink == 2,
	       "link");
	expect(symlink("data", "/way") == 0 && lstat("/way", &status) == 0 && S_ISLNK(status.st_mode) &&
		   status.st_size == 4 && stat("/way", &status) == 0 && S_ISREG(status.st_mode),
	       "symlink");
	expect(chmod("/way", 0600) == 0 && utimensat(AT_FDCWD, "/data", times, 0) == 0 &&
		   stat("/data", &status) == 0 && (status.st_mode & 07777) == 0600 &&
		   status.st_atim.tv_sec == 1000000000 && status.st_atim.tv_nsec == 5,
	       "chmod, utimensat");
	expect(access("/data", R_OK | W_OK) == 0 && refused(access("/data", X_OK), EACCES) &&
		   refused(access("/none", F_OK), ENOENT),
	       "access");
	expect(refused(open("/way", O_RDONLY | O_NOFOLLOW), ELOOP), "O_NOFOLLOW");
	expect(refused(mkdir("/data/below", 0777), ENOTDIR), "below a file");
	expect(statvfs("/", &space) == 0 && space.f_blocks > space.f_bfree && space.f_bfree > 0, "statvfs");
	expect(unlink("/second") == 0 && unlink("/way") == 0, "unlink");
}

static unsigned count_entries(const char *path, unsigned *dots)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;
	unsigned sum = 0;

	expect(directory != NULL, "opendir");
	*dots = 0;
	while (directory != NULL && (entry = readdir(directory)) != NULL) {
		sum++;
		*dots += entry->d_name[0] == '.';
	}
	expect(directory != NULL && closedir(directory) == 0, "closedir");
	return sum;
}

static void try_directories(void)
{
	char name[300];
	unsigned dots;
	int directory, file;

	expect(mkdir("/folder", 0777) == 0 && mkdir("/folder/in", 0777) == 0 && chdir("folder") == 0,
	       "chdir");
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof name, "file %d", i);
		expect((file = open(name, O_CREAT | O_WRONLY, 0666)) >= 0 && close(file) == 0, "creat");
	}
	expect(count_entries(".", &dots) == 103 && dots == 2, "readdir");
	directory = open("in", O_DIRECTORY | O_RDONLY);
	expect(directory >= 0 && renameat(AT_FDCWD, "file 7", directory, "moved") == 0 &&
		   access("/folder/in/moved", F_OK) == 0 && fchdir(directory) == 0 && close(directory) == 0,
	       "renameat, fchdir");
	expect(getcwd(name, sizeof name) == name && strcmp(name, "/folder/in") == 0, "getcwd");
	expect(symlink("/folder", "up") == 0 && chdir("up/in/../in/./") == 0 &&
		   getcwd(name, sizeof name) == name && strcmp(name, "/folder/in") == 0,
	       "chdir through a link");
	expect(rename("/folder", "/other folder") == 0 && refused(chdir(".."), ENOENT) &&
		   refused(chdir("../in"), ENOENT) && rename("/other folder", "/folder") == 0,
	       "chdir from a directory that was moved");
	expect(getcwd(name, sizeof name) == name && strcmp(name, "/folder/in") == 0 && chdir("..") == 0 &&
		   getcwd(name, sizeof name) == name && strcmp(name, "/folder") == 0 &&
		   refused(chdir("file 1"), ENOTDIR) && chdir("../folder/./in/") == 0 &&
		   getcwd(name, sizeof name) == name && strcmp(name, "/folder/in") == 0,
	       "chdir from where it is");
	expect(chdir("../..") == 0 && getcwd(name, sizeof name) == name && strcmp(name, "/") == 0 &&
		   chdir("..") == 0 && chdir("folder") == 0 && chdir("in") == 0,
	       "chdir to the root and back");
	expect(refused(rmdir("/folder/in"), ENOTEMPTY) && refused(unlink("/folder/in"), EISDIR), "ENOTEMPTY");
	expect(remove("up") == 0 && remove("moved") == 0 && chdir("/") == 0 && rmdir("/folder/in") == 0,
	       "remove");
	memset(name, 'n', sizeof name);
	name[256] = '\0';
	expect(refused(open(name, O_RDONLY), ENAMETOOLONG), "ENAMETOOLONG");
}

static void try_mappings(void)
{
	const int file = open("/mapped", O_RDWR | O_CREAT | O_TRUNC, 0666);
	char read_back[4] = "";
	char *shared, *private;

	expect(write(file, "0123456789", 10) == 10, "write");
	shared = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	private = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
	expect(shared != MAP_FAILED && private != MAP_FAILED && close(file) == 0, "mmap");
	if (shared == MAP_FAILED || private == MAP_FAILED) {
		return;
	}
	expect(memcmp(shared, "0123456789", 11) == 0 && shared[8191] == 0, "what is mapped");
	shared[3] = 'x';
	private[4] = 'y';
	shared[10] = 'z'; /* behind the end */
	expect(munmap(private, 4096) == 0 && msync(shared, 8192, MS_SYNC) == 0 && munmap(shared, 8192) == 0,
	       "munmap");
	expect(truncate("/mapped", 12) == 0, "truncate");
	expect(open("/mapped", O_RDONLY) == 3 && pread(3, read_back, 4, 3) == 4 &&
		   memcmp(read_back, "x456", 4) == 0 && pread(3, read_back, 2, 10) == 2 && read_back[0] == 0,
	       "what was mapped is in the file");
	expect(close(3) == 0 && unlink("/mapped") == 0, "unlink");
}

void component_start(void)
{
	try_streams();
	try_descriptors();
	try_attributes();
	try_directories();
	try_mappings();
	printf("%u checks, %u wrong\n", checks, wrong);
	expect(runs_ended(wrong) == RUNS_OK, "the judge");
}
