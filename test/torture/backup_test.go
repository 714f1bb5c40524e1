//go:build unix

package torture

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"kabinet/domain"
	"kabinet/internal/postgres"
)

// A backup is made while everybody works, as docs/operations/backup.md says, and restored beside the database. What was acknowledged before it began is in
// it, every rule holds, Kabinet serves it, and clients go on by the cursors that they have.
func TestBackup_OfALiveDatabaseIsWholeAndServes(t *testing.T) {
	dump, restore := tool(t, "pg_dump"), tool(t, "pg_restore")
	w := newWorld(t)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	pg, err := postgres.Start(ctx, postgres.Config{Dir: w.data})
	check(t, err)
	t.Cleanup(func() { check(t, pg.Stop(context.Background())) })
	s := w.addServer(map[string]string{"DATABASE_URL": pg.DSN(), "KABINET_DATA": w.data})
	s.start(t)
	w.open(pg.DSN())
	work, rest := context.WithCancel(ctx)
	defer rest()
	var workers sync.WaitGroup
	for i, p := range w.people {
		workers.Go(func() { p.shop(work, w.rand(300+i)) })
	}
	workers.Go(func() { w.staff.serve(work, w.rand(400)) })
	workers.Go(func() { w.befriend(work, w.rand(500)) })
	for len(w.acknowledged()) < 20 && !t.Failed() {
		pause(ctx, 20*time.Millisecond)
	}
	before, cursor := w.acknowledged(), domain.Cursor{Seq: 1}.String()

	file := filepath.Join(w.dir, "kabinet.dump")
	run(t, dump, "--format=custom", "--file="+file, "--dbname="+pg.DSN())
	made := len(w.acknowledged()) + 5
	for len(w.acknowledged()) < made && !t.Failed() {
		pause(ctx, 20*time.Millisecond)
	}
	rest()
	workers.Wait()
	ahead := w.head()
	s.stop(t)

	_, err = w.st.DB().ExecContext(ctx, `create database restored`)
	check(t, err)
	run(t, restore, "--exit-on-error", "--single-transaction", "--no-owner", "--dbname="+pg.AdminDSN("restored"), file)
	w.doctor(map[string]string{"DATABASE_URL": pg.AdminDSN("restored"), "KABINET_DATA": w.data})
	again := w.addServer(map[string]string{"DATABASE_URL": pg.AdminDSN("restored"), "KABINET_DATA": w.data})
	again.start(t)
	for _, id := range before {
		w.want(again, `query($id:ID!){node(id:$id){...on Order{number}}}`, map[string]any{"id": id}, `"number":"`)
	}
	for _, c := range []struct {
		cursor string
		gap    bool
	}{{cursor, false}, {ahead, true}} {
		if got := w.firstEvent(ctx, again, c.cursor); got != c.gap {
			t.Errorf("after the cursor %s a gap is told: %v, want %v", c.cursor, got, c.gap)
		}
	}
	again.stop(t)
}

// tool finds a program of Postgres.
func tool(t *testing.T, name string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if err != nil || len(found) == 0 {
		t.Skipf("%s is not installed", name)
	}
	return found[len(found)-1]
}

func run(t *testing.T, name string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Env = os.Environ()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", filepath.Base(name), err, out)
	}
}

// acknowledged are the orders that clients know of.
func (w *world) acknowledged() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var ids []string
	for _, id := range w.byKey {
		if id != "" {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// head is the cursor of the last event.
func (w *world) head() string {
	return domain.Cursor{Seq: w.number(`select coalesce(max(seq), 0) from event`)}.String()
}

// want asks the server as the staff and looks for a text in the answer.
func (w *world) want(s *server, query string, vars map[string]any, text string) {
	w.t.Helper()
	data, err := w.post(w.t.Context(), s, w.staff, query, vars)
	if err != nil || !strings.Contains(string(data), text) {
		w.t.Errorf("%v: %s, %v", vars, data, err)
	}
}

// firstEvent says whether the first event that comes after a cursor is a gap.
func (w *world) firstEvent(ctx context.Context, s *server, cursor string) (gap bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	came := false
	bySocket(ctx, w.staff, s, `subscription($after:String){deskEvents(after:$after){cursor gap}}`, map[string]any{"after": cursor}, func(text []byte) bool {
		var next struct {
			Data struct{ DeskEvents struct{ Gap bool } }
		}
		came = json.Unmarshal(text, &next) == nil
		gap = next.Data.DeskEvents.Gap
		return false
	})
	if !came {
		w.t.Errorf("after the cursor %s nothing came", cursor)
	}
	return gap
}
