package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"kabinet/domain"
	"kabinet/internal/demo"
	"kabinet/store/storetest"
)

// ran is what a finished command left.
type ran struct {
	t        *testing.T
	args     []string
	code     int
	out, err string
}

// program prepares a command of the program in a folder of its own; settings are NAME=value.
func program(t *testing.T, settings []string, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Dir = t.TempDir()
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "KABINET_") && !strings.HasPrefix(v, "DATABASE_URL=") && !strings.HasPrefix(v, "FIREBASE_") && !strings.HasPrefix(v, "GOOGLE_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(append(cmd.Env, asProgram+"=1", "KABINET_ADDR=127.0.0.1:0", "KABINET_ADMIN_ADDR=127.0.0.1:0", "KABINET_DB_CONNS=4"), settings...)
	return cmd
}

// kabinet runs a command to its end.
func kabinet(t *testing.T, settings []string, args ...string) ran {
	t.Helper()
	cmd := program(t, settings, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return ran{t, args, cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// exits checks the exit code and that the texts were printed.
func (r ran) exits(code int, texts ...string) ran {
	r.t.Helper()
	if r.code != code {
		r.t.Errorf("kabinet %s exits with %d, want %d\n%s%s", strings.Join(r.args, " "), r.code, code, r.out, r.err)
	}
	for _, s := range texts {
		if !strings.Contains(r.out+r.err, s) {
			r.t.Errorf("kabinet %s does not print %q but\n%s%s", strings.Join(r.args, " "), s, r.out, r.err)
		}
	}
	return r
}

func on(dsn string) []string {
	return []string{"DATABASE_URL=" + dsn, "KABINET_SECRET=" + strings.Repeat("s", 32)}
}

// change runs statements on a database.
func change(t *testing.T, dsn string, statements ...string) {
	t.Helper()
	db, err := sql.Open("postgres", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, s := range statements {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func TestHelp_EveryCommandExplainsItself(t *testing.T) {
	t.Parallel()
	var commands [][]string
	var walk func(path []string, c *cobra.Command)
	walk = func(path []string, c *cobra.Command) {
		commands = append(commands, path)
		if c.Short == "" || c.Long == "" && !c.HasSubCommands() && c.Name() != "version" {
			t.Errorf("%s has no description", c.CommandPath())
		}
		for _, sub := range c.Commands() {
			walk(append(path[:len(path):len(path)], sub.Name()), sub)
		}
	}
	walk(nil, newRootCommand())
	if len(commands) < 12 {
		t.Errorf("only %d commands: %v", len(commands), commands)
	}
	for _, path := range commands {
		var out, errs bytes.Buffer
		code := run(t.Context(), append(path[:len(path):len(path)], "--help"), &out, &errs)
		if code != 0 || errs.Len() > 0 || !strings.Contains(out.String(), "Usage:") {
			t.Errorf("%v --help: exit %d\n%s%s", path, code, &out, &errs)
		}
	}
}

func TestExitCodes_AMistakeOfUsageIsTwoAndAFailureIsOne(t *testing.T) {
	t.Parallel()
	nowhere := []string{"DATABASE_URL=postgres://127.0.0.1:1/none?sslmode=disable&connect_timeout=1", "KABINET_SECRET=" + strings.Repeat("s", 32)}
	for _, c := range []struct {
		settings []string
		args     string
		code     int
		words    string
	}{
		{nil, "--help", 0, "Usage:"},
		{nil, "version", 0, "kabinet "},
		{nil, "nonsense", 2, "nonsense"},
		{nil, "serve --nonsense", 2, "unknown flag: --nonsense"},
		{nil, "serve extra", 2, "takes no arguments"},
		{nil, "demo --preset moon", 2, "use resort or clinic"},
		{nil, "doctor --report xml", 2, "use text or json"},
		{nil, "staff add --email x@example.org --name X --role KING", 2, "use OPERATOR, MANAGER or ADMIN"},
		{nil, "staff add --email x@example.org --name X --locale de", 2, "use ru or en"},
		{nil, "staff nonsense", 2, ""},
		{nil, "import nonsense", 2, ""},
		{nil, "token", 2, "give either --customer or --staff"},
		{nil, "token --customer a@example.com --staff b@example.com", 2, "give either --customer or --staff"},
		{[]string{"KABINET_ENV=test"}, "serve", 2, "use dev or prod"},
		{[]string{"KABINET_DB_CONNS=many"}, "serve", 2, "configuration"},
		{[]string{"KABINET_SECRET=short"}, "serve", 2, "KABINET_SECRET is too short"},
		{[]string{"KABINET_LOG_FORMAT=xml"}, "serve", 2, "use text or json"},
		{nowhere, "migrate", 1, "kabinet: "},
		{nowhere, "doctor", 1, "kabinet: "},
		{nowhere, "serve", 1, "kabinet: "},
	} {
		kabinet(t, c.settings, strings.Fields(c.args)...).exits(c.code, c.words)
	}
}

func TestProd_RefusesToStartWithoutASecretOrWithAnEmulator(t *testing.T) {
	t.Parallel()
	kabinet(t, []string{"KABINET_ENV=prod"}, "serve").exits(2, "KABINET_SECRET is missing")
	kabinet(t, []string{"KABINET_ENV=prod", "KABINET_SECRET=" + strings.Repeat("s", 32), "FIREBASE_AUTH_EMULATOR_HOST=127.0.0.1:9099"}, "serve").
		exits(2, "FIREBASE_AUTH_EMULATOR_HOST is set")
}

func TestSchema_IsThePublishedOne(t *testing.T) {
	t.Parallel()
	published, err := os.ReadFile("../../schema.graphqls")
	if err != nil {
		t.Fatal(err)
	}
	if got := kabinet(t, nil, "schema").exits(0); got.out != string(published) {
		t.Error("kabinet schema prints something else than schema.graphqls; make generate writes it anew")
	}
}

func TestMigrate_BringsAnEmptyDatabaseUpToDateOnce(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t)
	change(t, dsn, "drop schema public cascade", "create schema public")
	first := kabinet(t, on(dsn), "migrate").exits(0, "applied 00001_init.sql")
	if strings.Contains(first.out+first.err, "up to date") {
		t.Errorf("the first time prints %s", first.out)
	}
	kabinet(t, on(dsn), "migrate").exits(0, "the schema is up to date")
	kabinet(t, on(dsn), "doctor").exits(0, "0 broken")
}

func TestStaffAndToken_ServeTheCommandLine(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t)
	st := storetest.OpenAt(t, dsn)
	kabinet(t, on(dsn), "staff", "add", "--email", "olga@example.org", "--name", "Ольга Ветрова", "--role", "admin").exits(0, "Ольга Ветрова <olga@example.org> is ADMIN")
	kabinet(t, on(dsn), "staff", "add", "--email", "olga@example.org", "--name", "Ольга", "--role", "OPERATOR").exits(0, "Ольга <olga@example.org> is OPERATOR")
	kabinet(t, on(dsn), "staff", "add", "--email", "gone@example.org", "--name", "Нина").exits(0, "is OPERATOR")
	kabinet(t, on(dsn), "staff", "remove", "--email", "gone@example.org").exits(0, "Нина <gone@example.org> works here no more")
	kabinet(t, on(dsn), "staff", "remove", "--email", "gone@example.org").exits(1, "nobody who works here")
	kabinet(t, on(dsn), "staff", "remove").exits(2, "--email is missing")
	kabinet(t, on(dsn), "token", "--staff", "gone@example.org").exits(1, "there is no staff member")
	kabinet(t, on(dsn), "staff", "add", "--email", "nonsense", "--name", "X").exits(2, "--email")
	kabinet(t, on(dsn), "staff", "add", "--email", "x@example.org").exits(2, "--name")
	members, err := st.StaffMembers(t.Context(), false)
	if err != nil || len(members) != 1 || members[0].Role != domain.Operator {
		t.Errorf("the staff is %+v (%v)", members, err)
	}
	if _, err := st.AddCustomer(t.Context(), domain.NewCustomer{Name: "Анна", Email: "anna@example.com", Phone: "+79001234567", Locale: domain.RU}); err != nil {
		t.Fatal(err)
	}
	tokens := newTokens([][]byte{[]byte(strings.Repeat("s", 32))}, time.Now)
	for _, who := range [][]string{{"--staff", "olga@example.org"}, {"--customer", "anna@example.com"}, {"--customer", "8 900 123-45-67"}} {
		got := kabinet(t, on(dsn), append([]string{"token"}, who...)...).exits(0)
		access, err := tokens.Authenticate(t.Context(), strings.TrimSpace(got.out))
		v := access.Viewer
		if err != nil || v.SessionID == 0 || (v.StaffID != 0) != (who[0] == "--staff") || (v.CustomerID != 0) != (who[0] == "--customer") {
			t.Errorf("the token of %v stands for %+v (%v)", who, v, err)
		}
	}
	kabinet(t, on(dsn), "token", "--staff", "nobody@example.org").exits(1, "there is no staff member")
	kabinet(t, on(dsn), "token", "--customer", "nobody@example.org").exits(1, "there is no customer")
	kabinet(t, on(dsn), "token", "--customer", "nonsense").exits(2, "--customer")
}

// The demo draws its pictures, for which the race detector is much too slow: this test takes the program as it is shipped.
func TestDemo_FillsAnEmptyDatabaseOnceAndKeepsEveryRule(t *testing.T) {
	t.Parallel()
	shipped := filepath.Join(t.TempDir(), "kabinet")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", shipped, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	for _, preset := range demo.Presets() {
		dsn := storetest.DSN(t)
		fill := func() string {
			cmd := program(t, on(dsn), "demo", "--preset", preset)
			cmd.Path = shipped
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%s: %v\n%s", preset, err, out)
			}
			return string(out)
		}
		if said := fill(); !strings.Contains(said, "demo: ") || !strings.Contains(said, "sign in as a customer: ") {
			t.Errorf("%s: it prints %s", preset, said)
		}
		if said := fill(); said != "" {
			t.Errorf("%s: the second time it prints %s", preset, said)
		}
		kabinet(t, on(dsn), "doctor").exits(0, "0 broken")
		var states, products int
		db := storetest.OpenAt(t, dsn).DB()
		err := errors.Join(db.GetContext(t.Context(), &states, "select count(distinct status) from orders"), db.GetContext(t.Context(), &products, "select count(*) from product"))
		if err != nil || states != 7 || products < 10 {
			t.Errorf("%s: orders are in %d of 7 states, %d products (%v)", preset, states, products, err)
		}
	}
}

func TestDoctor_NamesWhatBreaksARuleAndFails(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t)
	st := storetest.OpenAt(t, dsn)
	id, err := st.AddCustomer(t.Context(), domain.NewCustomer{Email: "anna@example.com", Locale: domain.RU})
	if err != nil {
		t.Fatal(err)
	}
	kabinet(t, on(dsn), "doctor").exits(0, "0 broken")
	var healthy diagnosis
	report := kabinet(t, on(dsn), "doctor", "--report", "json").exits(0)
	if err := json.Unmarshal([]byte(report.out), &healthy); err != nil || !healthy.Healthy || healthy.Checked < 20 {
		t.Errorf("%+v (%v)", healthy, err)
	}
	change(t, dsn, "update wallet set active = active + 5")
	kabinet(t, on(dsn), "doctor").exits(1, "BROKEN wallet-ledger", "customer 1: wallet 5/0/0/0, ledger 0/0/0/0", "the data breaks rules of the business")
	var ill diagnosis
	report = kabinet(t, on(dsn), "doctor", "--report", "json").exits(1)
	if err := json.Unmarshal([]byte(report.out), &ill); err != nil || ill.Healthy || len(ill.Findings) == 0 || id != 1 {
		t.Errorf("%+v (%v)", ill, err)
	}
	change(t, dsn, "update wallet set active = 0", "alter table transfer disable trigger all")
	kabinet(t, on(dsn), "doctor").exits(1, "BROKEN append-only", "transfer")
}

func TestExample_ListsEverySettingWithItsDefault(t *testing.T) {
	t.Parallel()
	kept, err := os.ReadFile(filepath.Join("..", "..", ".env.example"))
	if err != nil {
		t.Fatal(err)
	}
	want := "# The settings of Kabinet with their defaults, as \"kabinet serve --help\" lists them.\n"
	for _, s := range settings() {
		want += "\n# " + s.about + "\n" + s.name + "=" + s.otherwise + "\n"
	}
	if string(kept) != want {
		t.Errorf(".env.example should be:\n%s", want)
	}
	help := kabinet(t, nil, "serve", "--help").exits(0).out
	listed := regexp.MustCompile(`(?m)^  ((?:KABINET_|DATABASE_)[A-Z_]+)`).FindAllStringSubmatch(help, -1)
	if len(listed) != len(settings()) {
		t.Errorf("serve --help lists %d settings, want %d", len(listed), len(settings()))
	}
}
