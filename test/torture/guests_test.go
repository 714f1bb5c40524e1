//go:build unix

package torture

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"time"

	"kabinet/domain"
)

const (
	claimInvitation = `mutation($key:ID!,$code:String!){referralClaim(input:{idempotencyKey:$key,code:$code}){referral{invitedBy{name}} userErrors{code}}}`
	askCode         = `mutation($a:String!){signInStart(input:{channel:EMAIL,address:$a}){userErrors{code}}}`
	sendPicture     = `mutation($input:PictureUploadInput!){pictureUpload(input:$input){picture{id} userErrors{code}}}`
)

// befriend brings new customers who claim an invitation and order, until ctx ends.
func (w *world) befriend(ctx context.Context, r *rand.Rand) {
	for n := 0; ctx.Err() == nil && !w.t.Failed(); n++ {
		inviter := w.people[r.IntN(len(w.people))]
		p, code, err := w.guest(ctx, n, inviter)
		if err != nil { // the harness's own connection is one of those that are cut
			pause(ctx, 100*time.Millisecond)
			continue
		}
		got, answered := p.insist(r, "referralClaim", claimInvitation, map[string]any{"key": newKey(r), "code": code})
		if !answered {
			return
		}
		if len(got.UserErrors) > 0 {
			w.t.Errorf("an invitation was refused: %+v", got.UserErrors)
			return
		}
		w.mu.Lock()
		w.claims[p.viewer.CustomerID] = inviter.viewer.CustomerID
		w.mu.Unlock()
		p.buy(r)
		pause(ctx, time.Duration(r.IntN(200))*time.Millisecond)
	}
}

// guest is a new customer, and the code of who invites them.
func (w *world) guest(ctx context.Context, n int, inviter *person) (p *person, code string, err error) {
	err = w.st.DB().GetContext(ctx, &code, `select referral_code from customer where id = $1`, inviter.viewer.CustomerID)
	if err != nil {
		return nil, "", err
	}
	email := fmt.Sprintf("guest%d.%d@example.com", n, time.Now().UnixNano())
	id, err := w.st.AddCustomer(ctx, domain.NewCustomer{Name: "Boris", Email: email, Locale: domain.RU})
	if err != nil {
		return nil, "", err
	}
	v := domain.Viewer{CustomerID: id}
	p = &person{world: w, viewer: v, device: "device-of-" + email, token: tokenOf(w.t, v)}
	if _, err = w.st.RegisterDevice(ctx, v, domain.DeviceDraft{Token: p.device, Platform: domain.Android}); err != nil {
		return nil, "", err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.guests = append(w.guests, p)
	return p, code, nil
}

// askForCodes asks for one-time codes, each to another address and from another network address, until ctx ends.
func (w *world) askForCodes(ctx context.Context, r *rand.Rand) {
	for n := 0; ctx.Err() == nil && !w.t.Failed(); n++ {
		address := fmt.Sprintf("code%d.%x@example.com", n, r.Uint64())
		p := &person{world: w, from: fmt.Sprintf("10.%d.%d.%d", r.IntN(256), r.IntN(256), r.IntN(256))}
		got, answered := p.insist(r, "signInStart", askCode, map[string]any{"a": address})
		if !answered {
			return
		}
		// An attempt that was not answered may have sent a code: then the next one is told to wait for it.
		if len(got.UserErrors) > 0 && got.UserErrors[0].Code != "TOO_MANY_TRIES" {
			w.t.Errorf("a code was refused: %+v", got.UserErrors)
			return
		}
		w.mu.Lock()
		w.codes = append(w.codes, address)
		w.mu.Unlock()
		pause(ctx, time.Duration(50+r.IntN(200))*time.Millisecond)
	}
}

// sendPictures uploads until ctx ends. A picture may be refused for want of room, and for nothing else.
func (p *person) sendPictures(ctx context.Context, r *rand.Rand) {
	w := p.world
	for ctx.Err() == nil && !w.t.Failed() {
		id, code, err := p.upload(ctx, r, newPicture(r))
		w.mu.Lock()
		switch {
		case err != nil:
			w.again++
		case code == "STORAGE_FULL":
			w.full++
		case code != "":
			w.t.Errorf("a picture was refused: %s", code)
		default:
			w.pictures = append(w.pictures, id)
		}
		w.mu.Unlock()
		pause(ctx, time.Duration(50+r.IntN(200))*time.Millisecond)
	}
}

func newPicture(r *rand.Rand) []byte {
	m := image.NewGray(image.Rect(0, 0, 64, 64))
	for i := range m.Pix {
		m.Pix[i] = uint8(r.IntN(256))
	}
	var b bytes.Buffer
	_ = jpeg.Encode(&b, m, nil) // a buffer takes everything
	return b.Bytes()
}

func (p *person) upload(ctx context.Context, r *rand.Rand, file []byte) (id, code string, err error) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	operations, err := json.Marshal(map[string]any{"query": sendPicture, "variables": map[string]any{"input": map[string]any{"idempotencyKey": newKey(r), "file": nil}}})
	if err != nil {
		return "", "", err
	}
	_ = form.WriteField("operations", string(operations))
	_ = form.WriteField("map", `{"f":["variables.input.file"]}`)
	if part, err := form.CreateFormFile("f", "holiday.jpg"); err == nil {
		_, _ = part.Write(file)
	}
	_ = form.Close()
	s := p.world.servers[r.IntN(len(p.world.servers))]
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.addr+"/graphql", &body)
	if err != nil {
		return "", "", err
	}
	request.Header.Set("Content-Type", form.FormDataContentType())
	request.Header.Set("GraphQL-Preflight", "1")
	request.Header.Set("Authorization", "Bearer "+p.token)
	response, err := client.Do(request)
	if err != nil {
		return "", "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return "", "", err
	}
	var answer struct {
		Data struct {
			PictureUpload *struct {
				Picture    *struct{ ID string }
				UserErrors []refusal
			}
		}
	}
	if err := json.Unmarshal(text, &answer); err != nil {
		return "", "", err
	}
	got := answer.Data.PictureUpload
	switch {
	case got == nil:
		return "", "", fmt.Errorf("%s: %s", response.Status, text)
	case len(got.UserErrors) > 0:
		return "", got.UserErrors[0].Code, nil
	}
	return got.Picture.ID, "", nil
}
