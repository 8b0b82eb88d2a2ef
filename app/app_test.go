package app

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// An import that is in hand when Matchday is told to stop is finished and answered, and then all stops without a wait.
func TestStopFinishesWhatIsInHand(t *testing.T) {
	a, err := New(t.Context(), Options{Data: t.TempDir(), Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	if err := a.WaitReady(ctx); err != nil {
		t.Fatal(err)
	}
	body, send := io.Pipe()
	req, err := http.NewRequestWithContext(t.Context(), "POST", a.URL()+"/v1/imports/openings", body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+a.OperatorToken())
	req.Header.Set("Content-Type", "application/x-ndjson")
	answered := make(chan string, 1)
	go func() {
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			answered <- err.Error()
			return
		}
		defer resp.Body.Close()
		text, err := io.ReadAll(resp.Body)
		answered <- fmt.Sprint(resp.StatusCode, string(text), err)
	}()
	line := func(from, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, `{"id":"o%d","title":"Clerk","employer":"Acme","skills":[{"name":"SQL"}]}`+"\n", from+i)
		}
		return b.String()
	}
	if _, err := io.WriteString(send, line(0, 1500)); err != nil { // one chunk is under way, the rest waits
		t.Fatal(err)
	}
	for status := 0; status != http.StatusOK; { // until it is
		probe, err := http.NewRequestWithContext(t.Context(), "GET", a.URL()+"/v1/openings/o0", nil)
		if err != nil {
			t.Fatal(err)
		}
		probe.Header.Set("Authorization", "Bearer "+a.OperatorToken())
		resp, err := http.DefaultClient.Do(probe)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		status = resp.StatusCode
	}
	stop()
	for { // until the web takes no requests any more
		conn, err := net.Dial("tcp", a.listener.Addr().String())
		if err != nil {
			break
		}
		conn.Close()
	}
	if _, err := io.WriteString(send, line(1500, 700)); err != nil {
		t.Fatal(err)
	}
	send.Close()
	if got := <-answered; !strings.HasPrefix(got, "200") || !strings.Contains(got, `"accepted":2200`) {
		t.Errorf("the import was answered %s", got)
	}
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("Run: %v", err)
		}
	case <-time.After(3 * time.Second):
		t.Error("what had nothing in hand any more took over 3 s to stop")
	}
}

func TestTrustedProxyMustBeANetwork(t *testing.T) {
	for text, ok := range map[string]bool{"10.0.0.0/8": true, "fd00::/8": true, "192.0.2.1": false, "proxy": false} {
		o := Options{Data: t.TempDir(), TrustedProxies: []string{text}}
		if _, err := o.withDefaults(); (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// What was made by one start must be found by the next: the broker's limits leave room for streams that are declared again.
func TestStartsAgainOnItsFolder(t *testing.T) {
	data := t.TempDir()
	for range 2 {
		a, err := New(t.Context(), Options{Data: data})
		if err != nil {
			t.Fatal(err)
		}
		a.Close()
	}
}
