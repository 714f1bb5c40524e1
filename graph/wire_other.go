//go:build !unix

package graph

// writeSome writes nothing: here everything waits for its turn.
func writeSome(uintptr, []byte) int { return 0 }
