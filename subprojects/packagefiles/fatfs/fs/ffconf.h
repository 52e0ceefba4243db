/* SPDX-License-Identifier: MIT
 * How FatFs is built for the component `fat`. Long names in UTF-8, FAT12, FAT16 and FAT32, no exFAT. Short names are of
 * code page 437. What uses paths or formats is compiled, and left out when linking.
 */
#define FFCONF_DEF 80196 /* the revision that these settings are for */

#define FF_FS_READONLY     0
#define FF_FS_MINIMIZE     0
#define FF_USE_STRFUNC     0
#define FF_USE_FIND        0
#define FF_USE_MKFS        0
#define FF_USE_FASTSEEK    0
#define FF_USE_EXPAND      0
#define FF_USE_CHMOD       0
#define FF_USE_LABEL       0
#define FF_USE_FORWARD     0
#define FF_CODE_PAGE       437
#define FF_USE_LFN         1 /* the working buffer is static: one thread */
#define FF_MAX_LFN         255
#define FF_LFN_UNICODE     2
#define FF_LFN_BUF         255
#define FF_SFN_BUF         34 /* 12 characters in UTF-8 */
#define FF_STRF_ENCODE     3
#define FF_FS_RPATH        0
#define FF_VOLUMES         1
#define FF_STR_VOLUME_ID   0
#define FF_MULTI_PARTITION 0
#define FF_MIN_SS          512
#define FF_MAX_SS          4096
#define FF_LBA64           0
#define FF_MIN_GPT         0x10000000
#define FF_USE_TRIM        0
#define FF_FS_TINY         0
#define FF_FS_EXFAT        0
#define FF_FS_NORTC        0
#define FF_NORTC_MON       1
#define FF_NORTC_MDAY      1
#define FF_NORTC_YEAR      2020
#define FF_FS_NOFSINFO     1 /* its number of free clusters is not believed */
#define FF_FS_LOCK         0
#define FF_FS_REENTRANT    0
#define FF_FS_TIMEOUT      1000
