//go:build unix && !linux

package postgres

import "syscall"

// attrs starts a program in a process group of its own, so that Ctrl-C in the
// terminal reaches this process first. A program left by a killed parent is
// ended by the next start.
func attrs(cred *syscall.Credential, _ syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: cred, Setpgid: true}
}
