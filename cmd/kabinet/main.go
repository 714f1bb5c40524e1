// Command kabinet is the customer's cabinet of a service business: one program, one Postgres, one GraphQL schema.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// version is set when the program is linked.
var version = "dev"

// usageError is a command line that cannot be understood; it exits with 2, every other failure with 1.
type usageError struct{ error }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the whole program; tests call it too.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRootCommand()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage):
		_, _ = fmt.Fprintf(stderr, "kabinet: %v\n", err)
		return 2
	}
	_, _ = fmt.Fprintf(stderr, "kabinet: %v\n", err)
	return 1
}

func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "kabinet",
		Short: "The customer's cabinet of a service business: catalogue, orders, bonus points, live status and push",
		Long: `Kabinet is the customer's cabinet of a service business as one program and one Postgres behind one GraphQL schema.

  kabinet serve --demo     try it: starts a private database with a demo business
  kabinet serve            work for real, with DATABASE_URL or a private database in KABINET_DATA

The configuration comes from the environment; "kabinet serve --help" lists it.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usageError{fmt.Errorf("there is no command %q; see \"kabinet --help\"", args[0])}
			}
			return nil
		},
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceUsage:      true,
		SilenceErrors:     true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(
		newServeCommand(), newMigrateCommand(), newDemoCommand(), newImportCommand(openStore), newDoctorCommand(),
		newStaffCommand(), newTokenCommand(), newSchemaCommand(), newVersionCommand(),
	)
	return root
}

// noArgs refuses arguments as a mistake of usage.
func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("%s takes no arguments, got %q; see %q", cmd.CommandPath(), args[0], cmd.CommandPath()+" --help")}
	}
	return nil
}

func newVersionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), "kabinet", version)
			return err
		},
	}
}
