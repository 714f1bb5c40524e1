package main

import (
	"encoding/json"
	"net"
	"slices"
	"strings"
	"testing"

	"kabinet/push/mailtest"
	"kabinet/store/storetest"
)

// examined runs the doctor and reads its JSON.
func examined(t *testing.T, code int, settings []string, args ...string) (d diagnosis, status map[string]checkStatus) {
	t.Helper()
	out := kabinet(t, settings, append([]string{"doctor", "--json"}, args...)...).exits(code).out
	if err := json.Unmarshal([]byte(out), &d); err != nil {
		t.Fatalf("%v:\n%s", err, out)
	}
	status = map[string]checkStatus{}
	for _, c := range d.Checks {
		status[c.Name] = c.Status
	}
	return d, status
}

func TestDoctor_SaysWhatIsInOrderAroundTheData(t *testing.T) {
	t.Parallel()
	mail := mailtest.New(t)
	d, status := examined(t, 0, append(on(storetest.DSN(t)), "KABINET_SMTP_URL="+mail.URL()))
	for _, name := range []string{"settings", "database", "schema", "clock", "connections", "disk", "mail", "events", "jobs"} {
		if status[name] != checkOK {
			t.Errorf("%s: %s", name, status[name])
		}
	}
	if !d.Healthy || d.Warnings != 0 || d.Checked < 30 || len(d.Slowest) != slowestRules || d.Version != version || d.At.IsZero() || d.Findings == nil {
		t.Errorf("%+v", d)
	}
}

func TestDoctor_TellsADatabaseThatIsNotThereFromOneThatIsNotMigrated(t *testing.T) {
	t.Parallel()
	_, status := examined(t, 1, on("postgres://127.0.0.1:1/none?sslmode=disable&connect_timeout=1"))
	if status["database"] != checkFailed || status["schema"] != checkSkipped || status["jobs"] != checkSkipped {
		t.Errorf("nowhere: %v", status)
	}
	dsn := storetest.DSN(t)
	change(t, dsn, "delete from goose_db_version where version_id = (select max(version_id) from goose_db_version)")
	d, status := examined(t, 1, on(dsn))
	if status["database"] != checkOK || status["schema"] != checkFailed || d.Checked != 0 {
		t.Errorf("behind: %v, %d rules", status, d.Checked)
	}
	change(t, dsn, "insert into goose_db_version (version_id, is_applied) values (99999, true)")
	if _, status = examined(t, 1, on(dsn)); status["schema"] != checkFailed {
		t.Errorf("ahead: %v", status)
	}
	change(t, dsn, "drop schema public cascade", "create schema public")
	kabinet(t, on(dsn), "doctor").exits(1, "failed   schema", "it stands at 0", "run kabinet migrate")
}

func TestDoctor_WarnsOfWhatIsGivenUpOrDoubtfulAndFailsThenOnlyWhenStrict(t *testing.T) {
	t.Parallel()
	dsn := storetest.DSN(t)
	change(t, dsn, "insert into job (kind, state, dead_at, last_error, attempt) values ('push.send', 'DEAD', now(), 'gone', 12)")
	settings := append(on(dsn), "KABINET_ENV=prod", "KABINET_SECRET="+strings.Repeat("s", 32), "KABINET_SMS_URL=smsru://key@", "KABINET_RATE=0", "KABINET_ADMIN_ADDR=:8081")
	d, status := examined(t, 0, settings)
	if status["jobs"] != checkWarning || status["settings"] != checkWarning || status["sms"] != checkOK || d.Warnings != 2 || d.DeadJobs != 1 || !d.Healthy {
		t.Errorf("%v, %+v", status, d)
	}
	at := slices.IndexFunc(d.Checks, func(c checkup) bool { return c.Name == "settings" })
	for _, words := range []string{"KABINET_RATE", "KABINET_ADMIN_ADDR", "KABINET_PUBLIC_URL"} {
		if !strings.Contains(d.Checks[at].Detail, words) {
			t.Errorf("%s is not doubted: %s", words, d.Checks[at].Detail)
		}
	}
	examined(t, 1, settings, "--strict")
}

func TestDoctor_FailsWhenTheMailServerIsNotThere(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone := l.Addr().String()
	_ = l.Close()
	d, status := examined(t, 1, append(on(storetest.DSN(t)), "KABINET_SMTP_URL=smtp://"+gone+"?from=shop@example.com"))
	if status["mail"] != checkFailed || d.Healthy || d.Checked < 30 {
		t.Errorf("%v", status)
	}
}

func TestDoctor_ADatabaseOfAnotherMachineIsToBeSpokenToInSecret(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]bool{
		"":                                   false,
		"postgres://localhost/k":             false,
		"postgres://127.0.0.1:5433/k":        false,
		"postgres:///k?host=/run/postgresql": false,
		"postgres://db.example.com/k":        true,
		"postgres://db.example.com/k?sslmode=disable":     true,
		"postgres://db.example.com/k?sslmode=verify-full": false,
	} {
		if got := unencrypted(address); got != want {
			t.Errorf("%q: %v", address, got)
		}
	}
}

func TestDocuments_TellOfEveryCheckOfTheDoctor(t *testing.T) {
	t.Parallel()
	var all []string
	for _, s := range (&examination{}).steps() {
		all = append(all, s.name)
	}
	names(t, "docs/operations/doctor.md", all...)
}
