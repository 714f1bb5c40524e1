package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"

	"kabinet/domain"
	"kabinet/internal/origin"
)

// config is what the environment says. Every field is listed, with its default, by "kabinet serve --help" and in .env.example.
type config struct {
	DatabaseURL    string        `env:"DATABASE_URL" desc:"Postgres 14 or newer, as a URL. Empty: a private server in KABINET_DATA."`
	Env            string        `env:"KABINET_ENV" envDefault:"dev" desc:"dev or prod. prod needs KABINET_SECRET, hides GraphiQL and introspection."`
	Addr           string        `env:"KABINET_ADDR" envDefault:"127.0.0.1:8080" desc:"Where customers and staff reach Kabinet."`
	AdminAddr      string        `env:"KABINET_ADMIN_ADDR" envDefault:"127.0.0.1:8081" desc:"Where metrics, health and pprof are served; keep it private."`
	Data           string        `env:"KABINET_DATA" envDefault:"./data" desc:"Folder of the private database and of the secret that dev makes for itself."`
	Storage        string        `env:"KABINET_STORAGE" desc:"Where uploaded pictures lie: a folder, or s3://key:secret@host/bucket?region=name. Empty: the folder pictures in KABINET_DATA."`
	Imports        string        `env:"KABINET_IMPORTS" desc:"Folder of the files that staff upload for imports; all machines must see it. Empty: the folder imports in KABINET_DATA."`
	ImportMB       int64         `env:"KABINET_IMPORT_MB" envDefault:"1024" desc:"Largest file of an import, in megabytes, 1 to 2047."`
	Secret         string        `env:"KABINET_SECRET" desc:"Key of access tokens and one-time codes, 32 characters or more. dev makes one."`
	OldSecret      string        `env:"KABINET_SECRET_OLD" desc:"The secret before this one, or the one to come: what was made with it is read too. Empty: none."`
	PublicURL      string        `env:"KABINET_PUBLIC_URL" desc:"Address that people see, for links. Default: http:// and KABINET_ADDR."`
	Origins        []string      `env:"KABINET_ORIGINS" desc:"Origins, separated by commas, whose pages may call besides Kabinet's own, for example https://app.example.com. They send tokens, never the cookie."`
	Trusted        string        `env:"KABINET_TRUSTED_DOCUMENTS" envDefault:"off" desc:"Whose operations must be known beforehand: off, customers (everybody but the staff) or all. The pages' own are known."`
	Documents      string        `env:"KABINET_DOCUMENTS" desc:"Further known documents: a JSON manifest that an app's build wrote, or a folder of them."`
	Introspection  *bool         `env:"KABINET_INTROSPECTION" desc:"true or false: whether anybody may ask for the schema. Empty: in dev only."`
	TrustProxy     bool          `env:"KABINET_TRUST_PROXY" envDefault:"false" desc:"Take the caller's address from X-Forwarded-For; only behind a proxy that sets it."`
	Rate           float64       `env:"KABINET_RATE" envDefault:"50" desc:"Requests a second that one caller may make, with bursts of four times as many. 0: no limit."`
	AddressSockets int           `env:"KABINET_SOCKETS_PER_ADDRESS" envDefault:"2000" desc:"Websockets and event streams that one network address may hold open in each process."`
	ViewerSockets  int           `env:"KABINET_SOCKETS_PER_PERSON" envDefault:"100" desc:"Websockets and event streams that one signed-in person may hold open in each process."`
	Conns          int           `env:"KABINET_DB_CONNS" envDefault:"16" desc:"Largest number of database connections."`
	Drain          time.Duration `env:"KABINET_DRAIN" envDefault:"0s" desc:"How long to go on serving after SIGTERM while /readyz already answers 503, so that a balancer sends no more. Longer than it takes to notice."`
	Running        int           `env:"KABINET_RUNNING" envDefault:"0" desc:"Queries and mutations worked on at once. 0: four for each of KABINET_DB_CONNS."`
	Waiting        int           `env:"KABINET_WAITING" envDefault:"0" desc:"Queries and mutations that may wait for those; more are refused with RATE_LIMITED. 0: four for each of KABINET_RUNNING."`
	Workers        int           `env:"KABINET_WORKERS" envDefault:"20" desc:"Jobs done at once."`
	FetchDB        bool          `env:"KABINET_FETCH_POSTGRES" envDefault:"true" desc:"Fetch a Postgres server with the npm client when the machine has none."`
	PGBin          string        `env:"KABINET_PGBIN" desc:"Folder of the Postgres server programs. Default: the newest found on the machine."`
	FCMKey         string        `env:"KABINET_FCM_CREDENTIALS" desc:"Service account file for pushes through Firebase. Empty: application default credentials."`
	FCMProject     string        `env:"KABINET_FCM_PROJECT" desc:"Firebase project. Empty, without credentials: pushes are printed instead."`
	FCMWeb         string        `env:"KABINET_FCM_WEB" desc:"Firebase's configuration of a web app as JSON, with vapidKey added: lets browsers register for pushes. Empty: they show notices only while a page is open."`
	FCMEndpoint    string        `env:"KABINET_FCM_ENDPOINT" desc:"Address of a stand-in for FCM; for tests."`
	SMTP           string        `env:"KABINET_SMTP_URL" desc:"Mail server: smtp://user:password@host:587?from=shop@example.com. Empty: dev prints letters, prod sends no codes by e-mail."`
	SMS            string        `env:"KABINET_SMS_URL" desc:"SMS gateway: smsc://login:password@?sender=Shop or smsru://key@. Empty: dev prints messages, prod sends no codes by SMS."`
	LogLevel       slog.Level    `env:"KABINET_LOG_LEVEL" envDefault:"info" desc:"debug, info, warn or error."`
	LogFormat      string        `env:"KABINET_LOG_FORMAT" envDefault:"text" desc:"text or json."`
	Traces         string        `env:"KABINET_TRACES" desc:"URL of an OpenTelemetry collector for traces over OTLP/HTTP, for example http://127.0.0.1:4318/v1/traces. Empty: the OTEL_* variables decide, and without them there are none."`
	Upkeep         time.Duration `env:"KABINET_UPKEEP" envDefault:"1m" desc:"How often points mature and expire and overdue promises are noticed."`
}

const (
	envDev  = "dev"
	envProd = "prod"
)

// loadConfig reads and checks the environment.
func loadConfig() (config, error) {
	var c config
	if err := env.Parse(&c); err != nil {
		return c, usageError{fmt.Errorf("configuration: %w", err)}
	}
	var problems []error
	if c.Env != envDev && c.Env != envProd {
		problems = append(problems, fmt.Errorf("KABINET_ENV is %q: use dev or prod", c.Env))
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		problems = append(problems, fmt.Errorf("KABINET_LOG_FORMAT is %q: use text or json", c.LogFormat))
	}
	if c.Secret != "" && len(c.Secret) < 32 {
		problems = append(problems, errors.New("KABINET_SECRET is too short: use 32 characters or more"))
	}
	if c.OldSecret != "" && len(c.OldSecret) < 32 {
		problems = append(problems, errors.New("KABINET_SECRET_OLD is too short: use 32 characters or more"))
	}
	if c.Env == envProd && c.Secret == "" {
		problems = append(problems, errors.New("KABINET_SECRET is missing: prod needs one of 32 characters or more"))
	}
	if host := os.Getenv("FIREBASE_AUTH_EMULATOR_HOST"); c.Env == envProd && host != "" {
		problems = append(problems, errors.New("FIREBASE_AUTH_EMULATOR_HOST is set: with it anybody could sign in as anybody, prod refuses to start"))
	}
	if c.Env == envProd && c.SMTP == "" && c.SMS == "" && c.FCMProject == "" {
		problems = append(problems, errors.New("nobody could sign in: set KABINET_SMTP_URL, KABINET_SMS_URL or KABINET_FCM_PROJECT"))
	}
	for _, origin := range c.Origins {
		if u, err := url.Parse(origin); err != nil || u.Scheme == "" || u.Host == "" || u.Scheme+"://"+u.Host != origin || strings.Contains(origin, "*") {
			problems = append(problems, fmt.Errorf("KABINET_ORIGINS has %q: use origins such as https://app.example.com", origin))
		}
	}
	if _, known := trustedDocuments[c.Trusted]; !known {
		problems = append(problems, fmt.Errorf("KABINET_TRUSTED_DOCUMENTS is %q: use off, customers or all", c.Trusted))
	}
	if c.Conns < 4 {
		problems = append(problems, fmt.Errorf("KABINET_DB_CONNS is %d: use 4 or more", c.Conns))
	}
	if c.Running < 0 || c.Waiting < 0 {
		problems = append(problems, errors.New("KABINET_RUNNING and KABINET_WAITING are numbers of requests, 0 or more"))
	}
	if c.ImportMB < 1 || c.ImportMB > 2047 {
		problems = append(problems, fmt.Errorf("KABINET_IMPORT_MB is %d: use 1 to 2047", c.ImportMB))
	}
	if _, err := c.webPush(); err != nil {
		problems = append(problems, err)
	}
	if len(problems) > 0 {
		return c, usageError{errors.Join(problems...)}
	}
	if c.PublicURL == "" {
		c.PublicURL = "http://" + c.Addr
	}
	c.PublicURL = strings.TrimSuffix(c.PublicURL, "/")
	return c, nil
}

// introspection says whether anybody may ask for the schema.
func (c config) introspection() bool {
	if c.Introspection != nil {
		return *c.Introspection
	}
	return c.Env == envDev
}

// running is how many queries and mutations are worked on at once.
func (c config) running() int {
	if c.Running == 0 {
		return 4 * c.Conns
	}
	return c.Running
}

// webPush is what browsers need to register for pushes; nil when it is not set.
func (c config) webPush() (*domain.WebPush, error) {
	if c.FCMWeb == "" {
		return nil, nil
	}
	var w domain.WebPush
	if err := json.Unmarshal([]byte(c.FCMWeb), &w); err != nil || !w.Complete() {
		return nil, errors.New("KABINET_FCM_WEB is incomplete: give a JSON object with apiKey, projectId, messagingSenderId, appId and vapidKey")
	}
	return &w, nil
}

// channels are the ways in which one-time codes can be sent. In dev a channel without a server is printed; in prod a code in a log would be a leak.
func (c config) channels() []domain.SignInChannel {
	out := []domain.SignInChannel{}
	if c.SMTP != "" || c.Env == envDev {
		out = append(out, domain.ChannelEmail)
	}
	if c.SMS != "" || c.Env == envDev {
		out = append(out, domain.ChannelSMS)
	}
	return out
}

// setting is one line of the configuration's description.
type setting struct{ name, otherwise, about string }

// settings lists the configuration from the fields of config.
func settings() []setting {
	var out []setting
	for _, f := range reflect.VisibleFields(reflect.TypeFor[config]()) {
		out = append(out, setting{f.Tag.Get("env"), f.Tag.Get("envDefault"), f.Tag.Get("desc")})
	}
	return out
}

// settingsHelp is the configuration as a help text.
func settingsHelp() string {
	var b strings.Builder
	for _, s := range settings() {
		fmt.Fprintf(&b, "  %s", s.name)
		if s.otherwise != "" {
			fmt.Fprintf(&b, " (default %s)", s.otherwise)
		}
		fmt.Fprintf(&b, "\n      %s\n", s.about)
	}
	return b.String()
}

// secrets are the one in use and, if there is one, the one besides it.
func (c config) secrets() ([][]byte, error) {
	secret, err := c.secret()
	if err != nil {
		return nil, err
	}
	if c.OldSecret == "" {
		return [][]byte{secret}, nil
	}
	return [][]byte{secret, []byte(c.OldSecret)}, nil
}

// secret is the key of tokens and codes. In dev it is made once and kept in the data folder, so that tokens outlive a restart.
func (c config) secret() ([]byte, error) {
	if c.Secret != "" {
		return []byte(c.Secret), nil
	}
	path := filepath.Join(c.Data, "secret")
	kept, err := os.ReadFile(path)
	if err == nil && len(kept) >= 32 {
		return kept, nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read the secret: %w", err)
	}
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return nil, err
	}
	made := []byte(hex.EncodeToString(raw))
	if err := os.MkdirAll(c.Data, 0o755); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	if err := os.WriteFile(path, made, 0o600); err != nil {
		return nil, fmt.Errorf("keep the secret: %w", err)
	}
	return made, nil
}

// logger writes to w as the configuration says.
func (c config) logger(w *os.File) *slog.Logger {
	options := &slog.HandlerOptions{Level: c.LogLevel}
	if c.LogFormat == "json" {
		return slog.New(origin.Handler(slog.NewJSONHandler(w, options)))
	}
	return slog.New(origin.Handler(slog.NewTextHandler(w, options)))
}
