package postgres

import "syscall"

// attrs starts a program in a process group of its own, so that Ctrl-C in the
// terminal reaches this process first, and sends it onDeath when the thread that
// forked it ends: callers keep that thread with runtime.LockOSThread.
func attrs(cred *syscall.Credential, onDeath syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: cred, Setpgid: true, Pdeathsig: onDeath}
}
