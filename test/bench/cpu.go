package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// clockTick is the unit of CPU times in /proc on Linux.
const clockTick = 10 * time.Millisecond

// processCPU is the CPU time that a process has used; children adds those of its children that have ended. It is 0 where there is no /proc.
func processCPU(pid int, children bool) time.Duration {
	fields, ok := statOf(pid)
	if !ok {
		return 0
	}
	ticks := fields[11] + fields[12]
	if children {
		ticks += fields[13] + fields[14]
	}
	return time.Duration(ticks) * clockTick
}

// statOf reads the numbers of /proc/PID/stat behind the command's name; the first is the state, which reads as 0.
func statOf(pid int) (fields []int64, ok bool) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil, false
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	for field := range strings.FieldsSeq(rest) {
		n, _ := strconv.ParseInt(field, 10, 64)
		fields = append(fields, n)
	}
	return fields, len(fields) > 14
}

// postgresCPU is the CPU time of the database server: its main process, all that live below it and those that have ended.
func (b *bench) postgresCPU() time.Duration {
	text, err := os.ReadFile(filepath.Join(b.dir, "data", "pg", "postmaster.pid"))
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(text), "\n")
	main, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil {
		return 0
	}
	for {
		ended, sum := processCPU(main, true), time.Duration(0)
		all, _ := filepath.Glob("/proc/[0-9]*")
		for _, dir := range all {
			pid, _ := strconv.Atoi(filepath.Base(dir))
			if fields, ok := statOf(pid); ok && fields[1] == int64(main) {
				sum += processCPU(pid, false)
			}
		}
		if processCPU(main, true) == ended { // else one of them ended meanwhile and was counted nowhere, or twice
			return ended + sum
		}
	}
}
