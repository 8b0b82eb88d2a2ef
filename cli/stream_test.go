package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A stream that the server ends is a failure; until then each event is printed as it comes, and heartbeats are not.
func TestTailPrintsAtOnceAndTellsACutStream(t *testing.T) {
	more := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "\n\n{\"subject\":\"invitation.a\"}\n\n")
		w.(http.Flusher).Flush()
		<-more
		fmt.Fprint(w, "\n{\"subject\":\"invitation.b\"}\n")
	}))
	defer server.Close()
	read, write := io.Pipe()
	var problems bytes.Buffer
	ended := make(chan int)
	go func() {
		status := run(context.Background(), []string{"events", "tail", "--server", server.URL, "--token", "t"}, console{out: write, err: &problems})
		write.Close()
		ended <- status
	}()
	first := make([]byte, 64)
	n, err := read.Read(first)
	if err != nil || string(first[:n]) != `{"subject":"invitation.a"}`+"\n" {
		t.Fatalf("printed %q (%v)", first[:n], err)
	}
	close(more)
	rest, err := io.ReadAll(read)
	if err != nil || string(rest) != `{"subject":"invitation.b"}`+"\n" {
		t.Errorf("printed %q (%v)", rest, err)
	}
	if status := <-ended; status != exitFailed || !strings.Contains(problems.String(), "the stream of events ended") {
		t.Errorf("status %d, saying %s", status, problems.String())
	}
}

func TestTailEndsWellWhenStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.(http.Flusher).Flush()
		stop()
		<-r.Context().Done()
	}))
	defer server.Close()
	var problems bytes.Buffer
	if status := run(ctx, []string{"events", "tail", "--server", server.URL, "--token", "t"}, console{out: io.Discard, err: &problems}); status != exitOK {
		t.Errorf("status %d, saying %s", status, problems.String())
	}
}
