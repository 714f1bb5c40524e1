package main

import (
	"testing"

	"kabinet/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }
