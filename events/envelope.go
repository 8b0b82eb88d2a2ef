package events

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"matchday/hiring"
)

// Headers of a fact: CloudEvents 1.0, NATS protocol binding in binary mode, where every attribute is a header of its own with the
// prefix "ce-" (datacontenttype too; a content-type header would mean structured mode).
const (
	ceID          = "ce-id"
	ceType        = "ce-type"
	ceSource      = "ce-source"
	ceTime        = "ce-time"
	ceVersion     = "ce-specversion"
	ceContentType = "ce-datacontenttype"
)

// Headers of JetStream.
const (
	hdrMsgID         = nats.MsgIdHdr
	hdrExpectLast    = nats.ExpectedLastSeqHdr
	hdrExpect        = nats.ExpectedLastSubjSeqHdr
	hdrExpectSubject = "Nats-Expected-Last-Subject-Sequence-Subject"
	hdrBatchID       = "Nats-Batch-Id"
	hdrBatchSeq      = "Nats-Batch-Sequence"
	hdrBatchCommit   = "Nats-Batch-Commit"
)

// Draft is a fact to be.
type Draft struct {
	Subject, Type, Source string
	// ID becomes ce-id and names the decision: the same draft sent again is not stored again. It is made when empty.
	ID string
	// Body is marshalled to JSON; a json.RawMessage, which must be valid, is taken as it is.
	Body any
	// Expect is the last sequence of Subject (or of Fence) that the publisher saw; 0 means none yet.
	Expect uint64
	// Fence is a wildcard subject that Expect is about instead of Subject.
	Fence string
	// Unfenced asks for no expectation at all.
	Unfenced bool
}

// encode makes the message of a draft. It fills in the draft's ID when that is empty.
func encode(d *Draft) (*nats.Msg, error) {
	if !strings.HasPrefix(d.Subject, "fact.") || strings.ContainsAny(d.Subject, "*> \t\r\n\x00") || strings.Contains(d.Subject, "..") ||
		strings.HasSuffix(d.Subject, ".") {
		return nil, hiring.Errorf(hiring.Internal, "the subject of a fact is malformed")
	}
	data, encoded := d.Body.(json.RawMessage)
	if !encoded {
		var err error
		if data, err = json.Marshal(d.Body); err != nil {
			return nil, fmt.Errorf("encoding the body of %s: %w", d.Type, err)
		}
	}
	if d.ID == "" {
		d.ID = rand.Text()
	}
	id := percentEncode(d.ID)
	m := &nats.Msg{Subject: d.Subject, Data: data, Header: nats.Header{
		ceVersion:     {"1.0"},
		ceID:          {id},
		ceType:        {percentEncode(d.Type)},
		ceSource:      {percentEncode(d.Source)},
		ceTime:        {time.Now().UTC().Format(time.RFC3339Nano)},
		ceContentType: {"application/json"},
		hdrMsgID:      {id},
	}}
	if !d.Unfenced {
		m.Header[hdrExpect] = []string{strconv.FormatUint(d.Expect, 10)}
		if d.Fence != "" {
			m.Header[hdrExpectSubject] = []string{d.Fence}
		}
	}
	if n := m.Size(); n > maxFactSize-1024 { // the rest is for the headers of a batch
		return nil, hiring.Errorf(hiring.TooLarge, "the record takes %d bytes", n).Mend(fmt.Sprintf("at most %d are kept", maxFactSize-1024))
	}
	return m, nil
}

// decode reads a fact from a stored message. Headers that are missing or malformed leave their field empty: what is stored is not
// refused any more.
func decode(seq uint64, subject string, h nats.Header, data []byte) hiring.Fact {
	f := hiring.Fact{
		Seq:     seq,
		Subject: subject,
		ID:      percentDecode(first(h, ceID)),
		Type:    percentDecode(first(h, ceType)),
		Source:  percentDecode(first(h, ceSource)),
		Data:    data,
	}
	f.Time, _ = time.Parse(time.RFC3339Nano, first(h, ceTime))
	return f
}

// first is Header.Get without a search for other spellings of the key.
func first(h nats.Header, key string) string {
	if v := h[key]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// percentEncode writes a header value as the binding's section 3.1.3.2 says: space, quote, percent and all that is not
// printable ASCII become %XY.
func percentEncode(s string) string {
	plain := func(c byte) bool { return c > ' ' && c < 0x7f && c != '"' && c != '%' }
	i := 0
	for i < len(s) && plain(s[i]) {
		i++
	}
	if i == len(s) {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if plain(s[i]) {
			b.WriteByte(s[i])
		} else {
			fmt.Fprintf(&b, "%%%02X", s[i])
		}
	}
	return b.String()
}

// percentDecode undoes percentEncode; a value that is not well formed is returned as it stands.
func percentDecode(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	if t, err := url.PathUnescape(s); err == nil {
		return t
	}
	return s
}
