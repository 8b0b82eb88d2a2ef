package web

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"matchday/hiring"
)

// A sender of much more than sockets hold, who reads only after sending, still finds why it was stopped.
func TestEarlyAnswersArrive(t *testing.T) {
	h := open(t)
	h.roles.ingest = func(hiring.Ingest) (hiring.Ingested, error) {
		return hiring.Ingested{Accepted: chunkRecords - 1, Rejects: []hiring.Reject{{Line: 2, Error: *hiring.Invalidf("wage", "is not a field")}}}, nil
	}
	token := h.token(hiring.RoleProvider, "School")
	body := lines(1_000_000)
	for range 5 {
		conn, err := net.Dial("tcp", h.http.Listener.Addr().String())
		must(t, err)
		defer conn.Close()
		fmt.Fprintf(conn, "POST /v1/imports/learners?strict=true HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/x-ndjson\r\nContent-Length: %d\r\n\r\n", token, len(body))
		if _, err := io.WriteString(conn, body); err != nil {
			t.Fatalf("sending: %v", err)
		}
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		must(t, err)
		text, err := io.ReadAll(resp.Body)
		must(t, err)
		if resp.StatusCode != 400 || !resp.Close || !strings.Contains(string(text), fmt.Sprintf(`"accepted":%d,`, chunkRecords-1)) {
			t.Errorf("answered %d: %s", resp.StatusCode, text)
		}
	}
}

func TestKeyOfAnotherBody(t *testing.T) {
	h := open(t)
	token := h.token(hiring.RoleProvider, "School")
	h.call(token, "POST", "/v1/imports/learners", lines(2), "Idempotency-Key", "k").ok(t, 200)
	h.call(token, "POST", "/v1/imports/learners", lines(3), "Idempotency-Key", "k").problem(t, 422)
	h.call(token, "POST", "/v1/imports/learners", lines(2), "Idempotency-Key", "k").ok(t, 200)
	if n := len(questions[hiring.Ingest](h)); n != 1 {
		t.Errorf("ingest was asked %d times", n)
	}
}
