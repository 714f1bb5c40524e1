package job

import (
	"testing"

	"pgregory.net/rapid"

	"kabinet/domain"
)

func TestOrigin_IsCarriedByArgsThatAreObjectsAndChangesNoOthers(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from := domain.Origin{Request: rapid.StringMatching(`[a-z0-9-]{8,20}`).Draw(t, "request"), Trace: rapid.StringMatching(`[0-9a-f-]{0,55}`).Draw(t, "trace")}
		args := rapid.SampledFrom([]string{`{}`, `{"event":1}`, `{"a":{"b":[]}}`}).Draw(t, "args")
		carried := withOrigin([]byte(args), from)
		if got := (Job{Args: carried}).Origin(); got != from {
			t.Errorf("%s: %+v, want %+v", carried, got, from)
		}
		var event struct{ Event int }
		if err := (Job{Args: carried}).Decode(&event); err != nil || (args == `{"event":1}`) != (event.Event == 1) {
			t.Errorf("%s: %+v, %v", carried, event, err)
		}
		if got := string(withOrigin([]byte(args), domain.Origin{})); got != args {
			t.Errorf("%s became %s", args, got)
		}
		for _, other := range []string{`[1]`, `"text"`, `1`} {
			if got := string(withOrigin([]byte(other), from)); got != other || (Job{Args: []byte(other)}).Origin() != (domain.Origin{}) {
				t.Errorf("%s became %s", other, got)
			}
		}
	})
}
