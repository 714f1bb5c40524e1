//go:build unix

package graph

import "syscall"

// writeSome writes what goes without waiting to a socket that does not block, and returns how much that was.
func writeSome(fd uintptr, text []byte) int {
	n, err := syscall.Write(int(fd), text)
	if err != nil {
		return 0
	}
	return n
}
