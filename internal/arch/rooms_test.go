package arch

// A room is a folder of Go code and what it may know. Patterns are those of the go command: "a/b" is that package alone,
// "a/b/..." is it and all below it. Packages of this module are written without the module's name.
type room struct {
	path string
	// ours are the packages of this module that it may import; its own folder is not named.
	ours []string
	// modules are the packages of other modules that it may import.
	modules []string
	// std are the only packages of the standard library that it may import; empty means all but never.
	std   []string
	never []string
	// tests is what its tests may import besides, whether ours or others'. The standard library is open to tests.
	tests []string
}

// The business decides without reading a file, a clock or a database.
var withoutIO = []string{
	"bytes", "cmp", "encoding/...", "errors", "fmt", "hash/...", "iter", "maps", "math", "math/big", "math/bits", "net/mail",
	"net/url", "regexp", "slices", "sort", "strconv", "strings", "time", "unicode/...",
}

var (
	gqlgen    = "github.com/99designs/gqlgen/graphql/..."
	gqlparser = "github.com/vektah/gqlparser/v2/..."
	jwt       = "github.com/golang-jwt/jwt/v5"
	pq        = "github.com/lib/pq/..."
	sqlx      = "github.com/jmoiron/sqlx"
	yaml      = "go.yaml.in/yaml/v3"
	websocket = "github.com/coder/websocket/..."
)

// Every test may use these.
var testTools = []string{"go.uber.org/goleak", "pgregory.net/rapid"}

// Who may import whom. A folder that is not here has no place in the house yet: give it one.
var rooms = []room{
	{
		path:    "domain",
		modules: []string{"github.com/nyaruka/phonenumbers", "golang.org/x/text/...", "github.com/teambition/rrule-go"},
		std:     withoutIO,
	},
	{path: "graph/scalar", ours: []string{"domain"}, modules: []string{gqlgen}, never: []string{"database/..."}},
	{path: "graph/model", ours: []string{"domain", "graph/scalar"}, modules: []string{gqlgen}, never: []string{"database/..."}},
	{
		path:    "graph",
		ours:    []string{"domain", "graph/...", "internal/origin"},
		modules: []string{gqlgen, gqlparser, websocket, "github.com/hashicorp/golang-lru/v2/...", "golang.org/x/time/rate"},
		never:   []string{"database/..."},
	},
	{
		path:    "resolvers",
		ours:    []string{"domain", "graph/...", "internal/live", "internal/qr", "store"},
		modules: []string{gqlgen, "github.com/vikstrous/dataloadgen"},
		never:   []string{"database/...", "net/http"},
		tests:   []string{"store/storetest", "internal/gallery", "internal/postgres", "internal/storage", gqlparser, websocket},
	},
	{
		path:    "store",
		ours:    []string{"domain", "internal/job", "internal/markdown", "internal/origin"},
		modules: []string{sqlx, pq, "github.com/pressly/goose/v3/..."},
		never:   []string{"net/http"},
		tests:   []string{"store/storetest", "internal/postgres", "internal/importer"},
	},
	{path: "store/storetest", ours: []string{"domain", "store", "internal/postgres"}, modules: []string{sqlx, pq}},
	{
		path: "push",
		ours: []string{"domain"},
		modules: []string{
			"firebase.google.com/go/v4/...", "google.golang.org/api/...", "golang.org/x/oauth2/...", "github.com/wneessen/go-mail/...",
			"golang.org/x/text/...",
		},
		never: []string{"database/..."},
		tests: []string{"push/authtest", "push/fcmtest", "push/mailtest"},
	},
	{path: "push/authtest"},
	{path: "push/fcmtest"},
	{path: "push/mailtest"},
	{path: "internal/arch", tests: []string{"golang.org/x/tools/go/packages"}},
	{
		path:    "internal/demo",
		ours:    []string{"domain"},
		modules: []string{yaml, "golang.org/x/image/..."},
		never:   []string{"database/..."},
	},
	{path: "internal/graphiql", tests: []string{gqlparser}},
	{path: "internal/importer", ours: []string{"domain"}, modules: []string{yaml, "golang.org/x/text/..."}, never: []string{"database/..."}},
	{path: "internal/job", ours: []string{"domain", "internal/origin"}, modules: []string{pq}, tests: []string{sqlx, "internal/postgres"}},
	{path: "internal/live", ours: []string{"domain"}, never: []string{"database/...", "net/http"}, tests: []string{"store/..."}},
	{path: "internal/markdown", modules: []string{"github.com/yuin/goldmark/...", "github.com/microcosm-cc/bluemonday"}, never: []string{"database/...", "net/http"}},
	{path: "internal/postgres", modules: []string{pq}},
	{
		// The door wires the rooms together, so it knows them all; nobody knows it.
		path: "cmd/kabinet",
		ours: []string{"domain", "graph/...", "internal/...", "push", "resolvers", "store", "web"},
		modules: []string{
			gqlgen, pq, sqlx, "github.com/caarlos0/env/v11", jwt, "github.com/prometheus/client_golang/...",
			"github.com/rs/cors", "github.com/spf13/cobra", "golang.org/x/sync/errgroup", "golang.org/x/term", "golang.org/x/time/rate",
		},
		tests: []string{"store/storetest", "push/authtest", "push/fcmtest", "push/mailtest", gqlparser, websocket},
	},
	{path: "internal/origin", ours: []string{"domain"}, modules: []string{"go.opentelemetry.io/otel/trace"}, never: []string{"database/..."}},
	{
		path: "internal/tracing", ours: []string{"domain"},
		modules: []string{"go.opentelemetry.io/...", "github.com/XSAM/otelsql", gqlgen, gqlparser, pq},
	},
	{path: "internal/pdf", ours: []string{"domain"}, modules: []string{"github.com/go-pdf/fpdf"}, never: []string{"database/...", "net/http"}},
	{path: "internal/picture", modules: []string{"golang.org/x/image/webp"}, never: []string{"database/...", "net/http"}},
	{path: "internal/storage", modules: []string{"github.com/minio/minio-go/v7/..."}, never: []string{"database/..."}, tests: []string{"internal/storage/s3test"}},
	{path: "internal/storage/s3test"},
	{
		path: "internal/gallery", ours: []string{"domain", "internal/picture", "internal/storage"}, never: []string{"database/..."},
		tests: []string{"store/...", "internal/storage/s3test"},
	},
	{path: "internal/qr", modules: []string{"rsc.io/qr"}},
	{path: "scripts/testsum"},
	{path: "web", never: []string{"database/..."}},
	{
		// What is under test/ starts the program as a person would and looks at it from outside; the tables it may look into.
		path: "test/api",
		tests: []string{
			"domain", "graph/...", "internal/postgres", "internal/storage/s3test", "push/authtest", "push/fcmtest", "push/mailtest", "store/...", gqlparser, jwt, pq,
			sqlx, websocket, "go.opentelemetry.io/proto/otlp/...", "google.golang.org/protobuf/proto",
		},
	},
	{
		path:    "test/bench",
		ours:    []string{"domain", "internal/postgres", "push/fcmtest", "store/..."},
		modules: []string{jwt, pq, sqlx, websocket, "golang.org/x/sync/errgroup"},
	},
	{
		path:  "test/torture",
		tests: []string{"domain", "internal/postgres", "internal/storage/s3test", "push/fcmtest", "push/mailtest", "store/...", jwt, pq, sqlx, websocket},
	},
}
