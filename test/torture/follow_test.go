//go:build unix

package torture

import (
	"bufio"
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"kabinet/domain"
)

// tail is what one subscriber saw, over all its connections.
type tail struct {
	topic     string
	transport transport
	owner     int64 // the customer, 0 for the desk

	mu      sync.Mutex
	cursors []string
	gaps    int
}

// transport is one connection of a subscriber, until it ends or the client walks off: it hands on what comes and says when to stop.
type transport func(ctx context.Context, p *person, s *server, query string, vars map[string]any, take func([]byte) bool)

func (s *tail) seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.cursors)
}

// last is the cursor seen last.
func (s *tail) last() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cursors[len(s.cursors)-1]
}

// follow subscribes from the beginning of time and resumes by the last cursor after each end of the stream, until ctx ends.
func (p *person) follow(ctx context.Context, group *sync.WaitGroup, r *rand.Rand, field string, by transport) *tail {
	s := &tail{topic: field, transport: by, owner: p.viewer.CustomerID, cursors: []string{domain.Cursor{}.String()}}
	group.Go(func() {
		for ctx.Err() == nil {
			p.stream(ctx, s, r)
			pause(ctx, time.Duration(10+r.IntN(100))*time.Millisecond)
		}
	})
	return s
}

// stream is one connection.
func (p *person) stream(ctx context.Context, s *tail, r *rand.Rand) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	query := `subscription($after:String){` + s.topic + `(after:$after){cursor gap}}`
	s.transport(ctx, p, p.world.servers[r.IntN(len(p.world.servers))], query, map[string]any{"after": s.last()}, func(text []byte) bool {
		return s.take(text) && r.IntN(300) > 0
	})
}

// take notes an event. False is an error: the stream was ended by the server.
func (s *tail) take(text []byte) bool {
	var next struct {
		Data map[string]struct {
			Cursor string `json:"cursor"`
			Gap    bool   `json:"gap"`
		} `json:"data"`
	}
	if json.Unmarshal(text, &next) != nil || next.Data[s.topic].Cursor == "" {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cursors = append(s.cursors, next.Data[s.topic].Cursor)
	if next.Data[s.topic].Gap {
		s.gaps++
	}
	return true
}

// byEvents follows by server-sent events.
func byEvents(ctx context.Context, p *person, s *server, query string, vars map[string]any, take func([]byte) bool) {
	response, err := p.world.send(ctx, http.DefaultClient, s, p, "text/event-stream", query, vars)
	if err != nil {
		return
	}
	defer response.Body.Close()
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		if text, isData := strings.CutPrefix(lines.Text(), "data: "); isData && !take([]byte(text)) {
			return
		}
	}
}

// bySocket follows by graphql-transport-ws.
func bySocket(ctx context.Context, p *person, s *server, query string, vars map[string]any, take func([]byte) bool) {
	conn, response, err := websocket.Dial(ctx, "http://"+s.addr+"/graphql", &websocket.DialOptions{Subprotocols: []string{"graphql-transport-ws"}})
	if err != nil {
		return
	}
	if response.Body != nil {
		_ = response.Body.Close()
	}
	defer func() { _ = conn.CloseNow() }()
	say := func(m map[string]any) bool { return wsjson.Write(ctx, conn, m) == nil }
	if !say(map[string]any{"type": "connection_init", "payload": map[string]any{"Authorization": "Bearer " + p.token}}) {
		return
	}
	for {
		var m struct {
			Type    string          `json:"type"`
			Payload json.RawMessage `json:"payload"`
		}
		if wsjson.Read(ctx, conn, &m) != nil {
			return
		}
		var heard bool
		switch m.Type {
		case "connection_ack":
			heard = say(map[string]any{"type": "subscribe", "id": "1", "payload": map[string]any{"query": query, "variables": vars}})
		case "ping":
			heard = say(map[string]any{"type": "pong"})
		case "next":
			heard = take(m.Payload)
		default:
			return
		}
		if !heard {
			return
		}
	}
}
