package graph

import "testing"

func TestAccepts_TakesTheHeaderAtItsWord(t *testing.T) {
	t.Parallel()
	plain, response := acceptance{json: plainJSON}, acceptance{json: responseJSON}
	for header, want := range map[string]acceptance{
		"":                                  plain,
		"*/*":                               plain,
		"application/*":                     plain,
		"application/json":                  plain,
		"Application/JSON":                  plain,
		" application/json ; q=0.1 ":        plain,
		"application/graphql-response+json": response,
		"application/graphql-response+json, application/json;q=0.9":                        response,
		"application/graphql-response+json;charset=utf-8, application/json; charset=utf-8": response,
		"application/json;q=0.9, application/graphql-response+json":                        response,
		"application/json, application/graphql-response+json":                              plain,
		"application/graphql-response+json;q=0.5, application/json":                        plain,
		"application/graphql-response+json;q=0, */*":                                       plain,
		"application/json;q=0, */*":                                                        response,
		"application/json;q=0":                                                             {},
		"*/*;q=0":                                                                          {},
		"application/json;q=2":                                                             {},
		"application/json;q=NaN":                                                           {},
		"application/json;q=":                                                              {},
		"application/json; charset=utf-16":                                                 {},
		"application/json; charset=utf-16, application/graphql-response+json":              response,
		"application/json; charset=\"UTF-8\"":                                              plain,
		"text/html":                                                                        {},
		"text/*":                                                                           {events: true, eventsFirst: true},
		"text/html, application/xhtml+xml, */*;q=0.8":                                      plain,
		"text/event-stream":                                                                {events: true, eventsFirst: true},
		"text/event-stream, application/json":                                              {json: plainJSON, events: true, eventsFirst: true},
		"application/json, text/event-stream":                                              {json: plainJSON, events: true},
		"text/event-stream;q=0.4, application/json;q=0.5":                                  {json: plainJSON, events: true},
		"text/event-stream;q=0, */*":                                                       plain,
		"text/event-stream, */*":                                                           {json: plainJSON, events: true, eventsFirst: true},
		"application/graphql-response+json, application/json, text/event-stream, multipart/mixed":          {json: responseJSON, events: true},
		"application/graphql-response+json, application/graphql+json, application/json, text/event-stream": {json: responseJSON, events: true},
	} {
		if got := accepts(header); got != want {
			t.Errorf("%q: %+v, want %+v", header, got, want)
		}
	}
}

func TestAcceptsGzip_OnlyWhenItIsNamedOrAnythingIs(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]bool{
		"": false, "gzip": true, "gzip, deflate, br": true, "br": false, "gzip;q=0": false, "gzip;q=0, *": false, "*": true, "br;q=1, *;q=0.1": true,
		"identity": false, "GZIP;q=0.3": true, "x-gzip": true,
	} {
		if got := acceptsGzip(header); got != want {
			t.Errorf("%q: %t", header, got)
		}
	}
}
