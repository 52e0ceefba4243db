# Distro boot of U-Boot finds this script as boot.scr on the partition that holds the FIT.
load ${devtype} ${devnum}:${distro_bootpart} ${kernel_addr_r} /tenon.itb && bootm ${kernel_addr_r}#tenon - ${fdtcontroladdr}
poweroff
