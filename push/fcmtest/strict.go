package fcmtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// maxPayload is what one device may be sent, in bytes: its notification and the data.
const maxPayload = 4096

// rule checks the value at a path and tells what is wrong with it.
type rule func(path string, v any) []Violation

func wrong(path, format string, args ...any) []Violation {
	return []Violation{{Field: path, Description: fmt.Sprintf(format, args...)}}
}

// check applies the published format of messages:send to a decoded request, and returns the message with its field names in
// snake_case (the API takes both spellings).
func check(request any) (message map[string]any, dryRun bool, found []Violation) {
	found = object(map[string]rule{"validate_only": boolean, "message": object(messageFields)})("", request)
	req, _ := request.(map[string]any)
	req = snakeKeys(req)
	message, ok := req["message"].(map[string]any)
	if !ok {
		return nil, false, append(found, wrong("message", "Message is not set.")...)
	}
	message = snakeKeys(message)
	dryRun, _ = req["validate_only"].(bool)
	targets := 0
	for _, t := range []string{"token", "topic", "condition"} {
		if s, _ := message[t].(string); s != "" {
			targets++
		}
	}
	if targets != 1 {
		found = append(found, wrong("message", "Exactly one of token, topic or condition is to be set, not %d.", targets)...)
	}
	found = append(found, checkSize(message)...)
	return message, dryRun, found
}

var messageFields = map[string]rule{
	"name":         text,
	"token":        token,
	"topic":        pattern(`^[a-zA-Z0-9-_.~%]+$`),
	"condition":    text,
	"data":         data,
	"notification": object(map[string]rule{"title": text, "body": text, "image": text}),
	"fcm_options":  object(map[string]rule{"analytics_label": text}),
	"android": object(map[string]rule{
		"collapse_key": text, "priority": oneOf("NORMAL", "HIGH", "normal", "high"), "ttl": ttl, "restricted_package_name": text,
		"data": data, "notification": object(androidNotification), "fcm_options": object(map[string]rule{"analytics_label": text}),
		"direct_boot_ok": boolean, "bandwidth_constrained_ok": boolean, "restricted_satellite_ok": boolean,
	}),
	"webpush": object(map[string]rule{
		"headers": webHeaders, "data": data, "notification": webNotification,
		"fcm_options": object(map[string]rule{"link": httpsLink, "analytics_label": text}),
	}),
	"apns": object(map[string]rule{
		"headers": apnsHeaders, "payload": apnsPayload, "live_activity_token": text,
		"fcm_options": object(map[string]rule{"analytics_label": text, "image": text}),
	}),
}

var androidNotification = map[string]rule{
	"title": text, "body": text, "icon": text, "color": pattern(`^#[0-9a-fA-F]{6}$`), "sound": text, "tag": text,
	"click_action": text, "body_loc_key": text, "body_loc_args": list(text), "title_loc_key": text, "title_loc_args": list(text),
	"channel_id": text, "ticker": text, "sticky": boolean, "event_time": pattern(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$`),
	"local_only": boolean, "default_sound": boolean, "default_vibrate_timings": boolean, "default_light_settings": boolean,
	"notification_priority":     oneOf("PRIORITY_MIN", "PRIORITY_LOW", "PRIORITY_DEFAULT", "PRIORITY_HIGH", "PRIORITY_MAX"),
	"visibility":                oneOf("PRIVATE", "PUBLIC", "SECRET"),
	"proxy":                     oneOf("ALLOW", "DENY", "IF_PRIORITY_LOWERED"),
	"vibrate_timings":           list(duration),
	"notification_count":        integer,
	"image":                     text,
	"bypass_proxy_notification": boolean,
	"light_settings": object(map[string]rule{
		"color":             object(map[string]rule{"red": number, "green": number, "blue": number, "alpha": number}),
		"light_on_duration": duration, "light_off_duration": duration,
	}),
}

func object(fields map[string]rule) rule {
	return func(path string, v any) (found []Violation) {
		obj, ok := v.(map[string]any)
		if !ok {
			return wrong(path, "Expected an object, got %s.", kindOf(v))
		}
		seen := map[string]bool{}
		for _, key := range slices.Sorted(maps.Keys(obj)) {
			name := snake(key)
			check, ok := fields[name]
			switch {
			case !ok:
				found = append(found, wrong(join(path, key), "Invalid JSON payload received. Unknown name %q: Cannot find field.", key)...)
			case seen[name]:
				found = append(found, wrong(join(path, key), "The field is set twice.")...)
			default:
				found = append(found, check(join(path, name), obj[key])...)
			}
			seen[name] = true
		}
		return found
	}
}

func list(item rule) rule {
	return func(path string, v any) (found []Violation) {
		items, ok := v.([]any)
		if !ok {
			return wrong(path, "Expected a list, got %s.", kindOf(v))
		}
		for i, it := range items {
			found = append(found, item(fmt.Sprintf("%s[%d]", path, i), it)...)
		}
		return found
	}
}

func text(path string, v any) []Violation {
	if _, ok := v.(string); !ok {
		return wrong(path, "Invalid value (TYPE_STRING), %v", v)
	}
	return nil
}

func boolean(path string, v any) []Violation {
	if _, ok := v.(bool); !ok {
		return wrong(path, "Invalid value (TYPE_BOOL), %v", v)
	}
	return nil
}

func number(path string, v any) []Violation {
	if _, ok := v.(json.Number); !ok {
		return wrong(path, "Invalid value (TYPE_FLOAT), %v", v)
	}
	return nil
}

func integer(path string, v any) []Violation {
	n, ok := v.(json.Number)
	if ok {
		if _, err := strconv.ParseInt(n.String(), 10, 32); err == nil {
			return nil
		}
	}
	return wrong(path, "Invalid value (TYPE_INT32), %v", v)
}

func pattern(form string) rule {
	re := regexp.MustCompile(form)
	return func(path string, v any) []Violation {
		if s, ok := v.(string); !ok || !re.MatchString(s) {
			return wrong(path, "Invalid value %v, expected the form %s.", v, form)
		}
		return nil
	}
}

func oneOf(values ...string) rule {
	return func(path string, v any) []Violation {
		if s, ok := v.(string); !ok || !slices.Contains(values, s) {
			return wrong(path, "Invalid value %v, expected one of %s.", v, strings.Join(values, ", "))
		}
		return nil
	}
}

func token(path string, v any) []Violation {
	s, ok := v.(string)
	if !ok || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r > unicode.MaxASCII }) {
		return wrong(path, "The registration token is not a valid FCM registration token")
	}
	return nil
}

var durationForm = pattern(`^\d{1,12}(\.\d{1,9})?s$`)

func duration(path string, v any) []Violation { return durationForm(path, v) }

func ttl(path string, v any) []Violation {
	if found := duration(path, v); found != nil {
		return found
	}
	seconds, err := strconv.ParseFloat(strings.TrimSuffix(v.(string), "s"), 64)
	if err != nil || seconds > 28*24*3600 {
		return wrong(path, "Invalid TTL %v: from 0 to 2419200 seconds.", v)
	}
	return nil
}

func data(path string, v any) (found []Violation) {
	obj, ok := v.(map[string]any)
	if !ok {
		return wrong(path, "Expected an object, got %s.", kindOf(v))
	}
	for _, key := range slices.Sorted(maps.Keys(obj)) {
		if key == "from" || key == "message_type" || key == "" || strings.HasPrefix(key, "google.") || strings.HasPrefix(key, "gcm.") {
			found = append(found, wrong(join(path, key), "Invalid data payload key: %s", key)...)
		}
		found = append(found, text(join(path, key), obj[key])...)
	}
	return found
}

func httpsLink(path string, v any) []Violation {
	s, _ := v.(string)
	if u, err := url.Parse(s); err != nil || u.Scheme != "https" || u.Host == "" {
		return wrong(path, "Invalid link %v: an absolute https URL is expected.", v)
	}
	return nil
}

func headers(known map[string]rule, strict bool) rule {
	return func(path string, v any) (found []Violation) {
		obj, ok := v.(map[string]any)
		if !ok {
			return wrong(path, "Expected an object, got %s.", kindOf(v))
		}
		for _, key := range slices.Sorted(maps.Keys(obj)) {
			check, ok := known[strings.ToLower(key)]
			switch {
			case ok:
				found = append(found, check(join(path, key), obj[key])...)
			case strict:
				found = append(found, wrong(join(path, key), "Unknown header.")...)
			default:
				found = append(found, text(join(path, key), obj[key])...)
			}
		}
		return found
	}
}

var webHeaders = headers(map[string]rule{
	"ttl":     pattern(`^\d{1,7}$`),
	"urgency": oneOf("very-low", "low", "normal", "high"),
	"topic":   pattern(`^[A-Za-z0-9_-]{1,32}$`),
}, false)

func webNotification(path string, v any) []Violation {
	obj, ok := v.(map[string]any)
	if !ok {
		return wrong(path, "Expected an object, got %s.", kindOf(v))
	}
	if renotify, _ := obj["renotify"].(bool); renotify && (obj["tag"] == nil || obj["tag"] == "") {
		return wrong(join(path, "renotify"), "renotify needs a tag.")
	}
	known := map[string]rule{
		"title": text, "body": text, "tag": text, "icon": text, "badge": text, "image": text, "lang": text,
		"renotify": boolean, "requireInteraction": boolean, "silent": boolean, "dir": oneOf("ltr", "rtl", "auto"),
	}
	return anyOf(known)(path, v)
}

var apnsHeaders = headers(map[string]rule{
	"authorization":    text,
	"apns-id":          pattern(`^[0-9a-fA-F-]{36}$`),
	"apns-topic":       text,
	"apns-priority":    oneOf("1", "5", "10"),
	"apns-expiration":  pattern(`^\d{1,11}$`),
	"apns-collapse-id": shortText(64),
	"apns-push-type":   oneOf("alert", "background", "location", "voip", "complication", "fileprovider", "mdm", "liveactivity", "pushtotalk"),
}, true)

func shortText(limit int) rule {
	return func(path string, v any) []Violation {
		if s, ok := v.(string); !ok || s == "" || len(s) > limit {
			return wrong(path, "Expected a string of 1 to %d bytes.", limit)
		}
		return nil
	}
}

func apnsPayload(path string, v any) []Violation {
	obj, ok := v.(map[string]any)
	if !ok {
		return wrong(path, "Expected an object, got %s.", kindOf(v))
	}
	aps, ok := obj["aps"]
	if !ok {
		return wrong(path, "The payload has no aps dictionary.")
	}
	flag := func(path string, v any) []Violation {
		if n, ok := v.(json.Number); !ok || n != "1" && n != "0" {
			return wrong(path, "Expected 0 or 1.")
		}
		return nil
	}
	textOrObject := func(path string, v any) []Violation {
		if _, ok := v.(map[string]any); ok {
			return nil
		}
		return text(path, v)
	}
	return object(map[string]rule{
		"alert": textOrObject, "badge": integer, "sound": textOrObject, "thread-id": text, "category": text,
		"content-available": flag, "mutable-content": flag, "target-content-id": text, "relevance-score": number,
		"filter-criteria": text, "interruption-level": oneOf("passive", "active", "time-sensitive", "critical"),
	})(join(path, "aps"), aps)
}

// anyOf checks the known fields and lets others through, as a free-form object of the API does.
func anyOf(known map[string]rule) rule {
	return func(path string, v any) (found []Violation) {
		obj := v.(map[string]any)
		for _, key := range slices.Sorted(maps.Keys(obj)) {
			if check, ok := known[key]; ok {
				found = append(found, check(join(path, key), obj[key])...)
			}
		}
		return found
	}
}

// checkSize adds up what each platform would be sent: the common notification as its section overrides it, and the data.
func checkSize(message map[string]any) (found []Violation) {
	common, _ := message["notification"].(map[string]any)
	payload, _ := message["data"].(map[string]any)
	section := func(name, part string) map[string]any {
		s, _ := message[name].(map[string]any)
		p, _ := snakeKeys(s)[part].(map[string]any)
		return p
	}
	merged := func(over map[string]any) map[string]any {
		all := maps.Clone(common)
		if all == nil {
			all = map[string]any{}
		}
		maps.Copy(all, over)
		return all
	}
	for _, p := range []struct {
		name string
		body map[string]any
	}{
		{"android", merged(section("android", "notification"))},
		{"webpush", merged(section("webpush", "notification"))},
		{"apns", section("apns", "payload")},
	} {
		size := jsonSize(p.body) + jsonSize(payload) + jsonSize(section(p.name, "data"))
		if size > maxPayload {
			found = append(found, wrong("message."+p.name, "The message is too big: %d bytes of %d.", size, maxPayload)...)
		}
	}
	return found
}

func jsonSize(v map[string]any) int {
	if len(v) == 0 {
		return 0
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return maxPayload + 1
	}
	return len(raw)
}

// snake turns collapseKey into collapse_key; names with a dash stay as they are.
func snake(name string) string {
	var b strings.Builder
	for _, r := range name {
		if unicode.IsUpper(r) {
			b.WriteByte('_')
			r = unicode.ToLower(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}

func snakeKeys(obj map[string]any) map[string]any {
	out := make(map[string]any, len(obj))
	for k, v := range obj {
		out[snake(k)] = v
	}
	return out
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func kindOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "a string"
	case json.Number:
		return "a number"
	case bool:
		return "a boolean"
	case []any:
		return "a list"
	}
	return "an object"
}
