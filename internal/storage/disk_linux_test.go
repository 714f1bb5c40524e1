package storage_test

import "syscall"

// mountSmall mounts a disk of 200 KB.
func mountSmall(path string) error {
	return syscall.Mount("tmpfs", path, "tmpfs", 0, "size=200k")
}

// unmount lets go of the disk; whoever still has it open loses it.
func unmount(path string) error { return syscall.Unmount(path, syscall.MNT_DETACH) }
