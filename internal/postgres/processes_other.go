//go:build unix && !linux

package postgres

import (
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// processesIn lists the postmaster of the cluster, told from a stranger who was given
// its pid by the command line. Backends that outlive a killed postmaster cannot be seen
// here; PostgreSQL itself refuses to start while they hold its shared memory.
func processesIn(cluster string) ([]int, error) {
	pid := lockPID(filepath.Join(cluster, "postmaster.pid"))
	if !answers(pid) {
		return nil, nil
	}
	command, err := exec.Command("ps", "-o", "command=", "-p", strconv.Itoa(pid)).Output()
	if err != nil { // ps fails when the process is gone
		return nil, nil
	}
	if strings.Contains(string(command), "postgres") && strings.Contains(string(command), cluster) {
		return []int{pid}, nil
	}
	return nil, nil
}
