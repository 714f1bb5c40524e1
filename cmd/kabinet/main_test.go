package main

import (
	"os"
	"testing"

	"kabinet/store/storetest"
)

// asProgram makes the test binary be the program, so that tests see it as a user does: by arguments, environment, output and exit code.
const asProgram = "KABINET_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	storetest.Main(m)
}
