package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"matchday/hiring"
)

// lines makes n records.
func lines(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `{"id":"l%d"}`+"\n", i)
	}
	return b.String()
}

func TestImport(t *testing.T) {
	h := open(t)
	token := h.token(hiring.RoleProvider, "School")
	h.roles.ingest = func(q hiring.Ingest) (hiring.Ingested, error) {
		a := hiring.Ingested{Accepted: len(q.Records) - 1, Unchanged: 1, UnknownSkills: 2, Position: uint64(q.Records[0].Line)}
		if q.Records[0].Line == 1 {
			a.Accepted--
			a.Rejects = []hiring.Reject{{Line: 3, Error: *hiring.Invalidf("skills[0].weight", "is outside 0 to 10").Mend("use 0 to 10")}}
		}
		return a, nil
	}
	var got ImportSummary
	const n, last = 2*chunkRecords + 88, 2*chunkRecords + 1 // three chunks, and where the last begins
	h.call(token, "POST", "/v1/imports/learners", lines(n), "Content-Type", "application/x-ndjson").ok(t, 200).into(t, &got)
	want := RejectedRecord{Line: 3, Field: "skills[0].weight", Code: hiring.Invalid, Reason: "is outside 0 to 10", Fix: "use 0 to 10"}
	if got.Accepted != n-4 || got.Unchanged != 3 || got.Rejected != 1 || got.UnknownSkills != 6 || len(got.Rejects) != 1 || got.Rejects[0] != want || got.Position != last {
		t.Errorf("the summary is %+v", got)
	}
	next := 1
	for _, q := range questions[hiring.Ingest](h) {
		if q.Kind != hiring.ImportLearners || q.Format != hiring.JSONLines || q.Actor.Subject != "School" || len(q.Records) > chunkRecords {
			t.Errorf("ingest was asked %s %s by %v with %d records", q.Kind, q.Format, q.Actor, len(q.Records))
		}
		for _, r := range q.Records {
			if r.Line != next {
				t.Fatalf("line %d came when %d was due", r.Line, next)
			}
			next++
		}
	}
	if rarity := questions[hiring.RefreshRarity](h); len(rarity) != 1 || rarity[0].After != last {
		t.Errorf("the matcher was asked %+v", rarity)
	}
	h.call(h.token(hiring.RoleLearner, "l1"), "POST", "/v1/imports/learners", lines(1)).problem(t, 403)
}

func TestImportSumsUpWhatIsMissing(t *testing.T) {
	h := open(t)
	var since []uint64
	h.roles.ingest = func(q hiring.Ingest) (hiring.Ingested, error) {
		since = append(since, q.Since)
		line := q.Records[0].Line
		return hiring.Ingested{
			Accepted: len(q.Records), Replaced: 2, WithoutSkills: 3, Since: 17, Notes: []string{"no taxonomy is loaded"},
			Unknown: []hiring.NameCount{{Name: "Juggling", Count: 4}, {Name: fmt.Sprint("only on ", line), Count: 5}},
		}, nil
	}
	var got ImportSummary
	op := h.server.secrets.OperatorToken()
	h.call(op, "POST", "/v1/imports/learners", lines(2*chunkRecords+1)).ok(t, 200).into(t, &got)
	if got.Replaced != 6 || got.WithoutSkills != 9 || len(got.Notes) != 1 || fmt.Sprint(since) != "[0 17 17]" {
		t.Errorf("the summary is %+v, after %v", got, since)
	}
	if len(got.Unknown) != 4 || got.Unknown[0] != (hiring.NameCount{Name: "Juggling", Count: 12}) {
		t.Errorf("unknown are %v", got.Unknown)
	}
	for _, empty := range []string{"\n \n", "id,name\n"} {
		got = ImportSummary{}
		h.call(op, "POST", "/v1/imports/learners", empty).ok(t, 200).into(t, &got)
		if len(got.Notes) != 1 || got.Notes[0] != "the input holds no records" {
			t.Errorf("%q: %+v", empty, got)
		}
	}
}

func TestOneColumnFillsOneField(t *testing.T) {
	if _, err := columnMap([]string{"Job title=title", "Job title=text"}); hiring.CodeOf(err) != hiring.Invalid {
		t.Errorf("got %v", err)
	}
}

func TestUnknownNamesStayBounded(t *testing.T) {
	u := unknownNames{}
	for i := range 3 * maxUnknownNames {
		u.add([]hiring.NameCount{{Name: "often", Count: 1}, {Name: fmt.Sprint("rare ", i), Count: 1}})
	}
	if len(u) > maxUnknownNames+2 {
		t.Errorf("%d names are kept", len(u))
	}
	if top := u.top(1); top[0].Name != "often" || top[0].Count != 3*maxUnknownNames {
		t.Errorf("got %v", top)
	}
}

func TestImportOfAnySize(t *testing.T) {
	h := open(t)
	var got ImportSummary
	h.call(h.server.secrets.OperatorToken(), "POST", "/v1/imports/learners", lines(60_000)).ok(t, 200).into(t, &got)
	if got.Accepted != 60_000 {
		t.Errorf("the summary is %+v", got)
	}
}

func TestImportChunksNeverOverlap(t *testing.T) {
	h := open(t)
	var now, most atomic.Int32
	h.roles.ingest = func(q hiring.Ingest) (hiring.Ingested, error) {
		most.Store(max(most.Load(), now.Add(1)))
		defer now.Add(-1)
		return hiring.Ingested{Accepted: len(q.Records)}, nil
	}
	h.call(h.server.secrets.OperatorToken(), "POST", "/v1/imports/learners", lines(5000)).ok(t, 200)
	if most.Load() != 1 {
		t.Errorf("%d chunks of one import were under way at once", most.Load())
	}
}

func TestImportFormats(t *testing.T) {
	h := open(t)
	op := h.server.secrets.OperatorToken()
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, err := z.Write([]byte(lines(3)))
	must(t, err)
	must(t, z.Close())
	for _, c := range []struct {
		name, query, contentType, encoding string
		body                               string
		format                             hiring.Format
		records                            int
	}{
		{"lines", "", "application/x-ndjson", "", lines(3), hiring.JSONLines, 3},
		{"guessed", "", "application/octet-stream", "", lines(3), hiring.JSONLines, 3},
		{"gzip said", "", "application/x-ndjson", "gzip", zipped.String(), hiring.JSONLines, 3},
		{"gzip seen", "?format=jsonl", "application/octet-stream", "", zipped.String(), hiring.JSONLines, 3},
		{"csv", "?map=Job%3DTitle=title&map=Id=id", "text/csv", "", "Id,Job=Title\n1,Nurse\n2,Cook\n", hiring.CSV, 2},
		{"json-ld", "", "application/ld+json", "", `{"@context":"https://schema.org","@graph":[{"@type":"JobPosting"},{"@type":"JobPosting"}]}`, hiring.JSONLD, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := len(questions[hiring.Ingest](h))
			header := []string{"Content-Type", c.contentType}
			if c.encoding != "" {
				header = append(header, "Content-Encoding", c.encoding)
			}
			h.call(op, "POST", "/v1/imports/openings"+c.query, c.body, header...).ok(t, 200)
			asked := questions[hiring.Ingest](h)[before:]
			if len(asked) != 1 || asked[0].Format != c.format || len(asked[0].Records) != c.records {
				t.Fatalf("ingest was asked %+v", asked)
			}
			if c.name == "csv" && (asked[0].Map["Job=Title"] != "title" || len(asked[0].Header) != 2) {
				t.Errorf("the columns are %v mapped by %v", asked[0].Header, asked[0].Map)
			}
		})
	}
	h.call(op, "POST", "/v1/imports/openings", "x", "Content-Type", "image/png").problem(t, 415)
	h.call(op, "POST", "/v1/imports/openings", "x", "Content-Encoding", "br").problem(t, 415)
	h.call(op, "POST", "/v1/imports/openings", "no gzip", "Content-Encoding", "gzip").problem(t, 400)
	h.call(op, "POST", "/v1/imports/openings?format=jsonl", zipped.String()[:zipped.Len()-9], "Content-Encoding", "gzip").problem(t, 400)
	var empty ImportSummary
	h.call(op, "POST", "/v1/imports/openings", "").ok(t, 200).into(t, &empty)
	if empty.Accepted != 0 || empty.Rejected != 0 {
		t.Errorf("an empty import answers %+v", empty)
	}
}

func TestStrictImportStops(t *testing.T) {
	h := open(t)
	h.roles.ingest = func(q hiring.Ingest) (hiring.Ingested, error) {
		return hiring.Ingested{Accepted: len(q.Records) - 1, Rejects: []hiring.Reject{{Line: 2, Error: *hiring.Invalidf("id", "is not an id")}}}, nil
	}
	p := h.call(h.server.secrets.OperatorToken(), "POST", "/v1/imports/openings?strict=true", lines(5000)).problem(t, 400)
	if p.Summary == nil || p.Summary.Accepted != chunkRecords-1 || p.Summary.Rejected != 1 || !strings.Contains(p.Detail, "line 2") || p.Field != "id" {
		t.Errorf("the problem is %+v, its summary %+v", p, p.Summary)
	}
	if n := len(questions[hiring.Ingest](h)); n != 1 {
		t.Errorf("%d chunks were sent", n)
	}
}

func TestImportRoleIsDown(t *testing.T) {
	h := open(t)
	h.roles.ingest = func(hiring.Ingest) (hiring.Ingested, error) {
		return hiring.Ingested{}, hiring.Errorf(hiring.Unavailable, "the log refuses writes")
	}
	a := h.call(h.server.secrets.OperatorToken(), "POST", "/v1/imports/openings", lines(5000))
	if p := a.problem(t, 503); a.Header.Get("Retry-After") == "" || p.Summary == nil {
		t.Errorf("a log that refuses writes is told as %s", a.body)
	}
}

func TestImportWithAKeyAnswersTheSame(t *testing.T) {
	h := open(t)
	op := h.server.secrets.OperatorToken()
	first := h.call(op, "POST", "/v1/imports/openings", lines(2), "Idempotency-Key", "k1").ok(t, 200)
	again := h.call(op, "POST", "/v1/imports/openings", lines(2), "Idempotency-Key", "k1").ok(t, 200)
	if !bytes.Equal(first.body, again.body) || len(questions[hiring.Ingest](h)) != 1 {
		t.Errorf("the repeat answers %s after %s", again.body, first.body)
	}
	h.call(op, "POST", "/v1/imports/openings", lines(2), "Idempotency-Key", "k2").ok(t, 200)
	h.call(h.token(hiring.RoleEmployer, "Acme"), "POST", "/v1/imports/openings", lines(2), "Idempotency-Key", "k1").ok(t, 200)
	if n := len(questions[hiring.Ingest](h)); n != 3 {
		t.Errorf("another key and another caller led to %d imports", n)
	}
}

func TestKeyUnderWayIsAConflict(t *testing.T) {
	h := open(t)
	begun, finish := make(chan struct{}), make(chan struct{})
	h.roles.ingest = func(hiring.Ingest) (hiring.Ingested, error) {
		close(begun)
		<-finish
		return hiring.Ingested{}, nil
	}
	var both sync.WaitGroup
	both.Go(func() {
		h.call(h.server.secrets.OperatorToken(), "POST", "/v1/imports/openings", lines(1), "Idempotency-Key", "k")
	})
	<-begun
	h.call(h.server.secrets.OperatorToken(), "POST", "/v1/imports/openings", lines(1), "Idempotency-Key", "k").problem(t, 409)
	close(finish)
	both.Wait()
}

func TestGzipBombIsStopped(t *testing.T) {
	h := open(t)
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	line := []byte(`{"id":"x"}` + strings.Repeat(" ", 1<<20) + "\n")
	for range 40 {
		_, err := z.Write(line)
		must(t, err)
	}
	must(t, z.Close())
	if p := h.call(h.server.secrets.OperatorToken(), "POST", "/v1/imports/openings", &bomb, "Content-Encoding", "gzip").problem(t, 400); !strings.Contains(p.Detail, "expands") {
		t.Errorf("the problem is %+v", p)
	}
}

func TestImportTaxonomy(t *testing.T) {
	h := open(t)
	op := h.server.secrets.OperatorToken()
	concepts := `{"id":"a","name":"A"}` + "\n"
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, err := z.Write([]byte(concepts))
	must(t, err)
	must(t, z.Close())
	var released hiring.ReleasedTaxonomy
	for _, body := range []string{concepts, zipped.String()} {
		h.call(op, "POST", "/v1/imports/skills?name=esco&release=1.1.1", body, "Content-Type", "application/x-ndjson").ok(t, 200).into(t, &released)
		if released.Unresolved.Openings != 3 || released.Name != "esco" {
			t.Errorf("the answer is %+v", released)
		}
		asked := questions[hiring.ReleaseTaxonomy](h)
		blob, err := h.log.OpenBlob(t.Context(), asked[len(asked)-1].Blob)
		must(t, err)
		stored, err := io.ReadAll(blob)
		must(t, err)
		must(t, blob.Close())
		if string(stored) != concepts {
			t.Errorf("stored %q", stored)
		}
	}
	h.call(op, "POST", "/v1/imports/skills?name=ES%2ACO&release=1", concepts).problem(t, 400)
	h.call(op, "POST", "/v1/imports/skills?name=esco&release=a%0Ab", concepts).problem(t, 400)
	h.call(op, "POST", "/v1/imports/skills?name=esco", concepts).problem(t, 400)
	h.call(h.token(hiring.RoleProvider, "School"), "POST", "/v1/imports/skills?name=esco&release=1", concepts).problem(t, 403)
}

func TestResolve(t *testing.T) {
	h := open(t)
	h.call(h.server.secrets.OperatorToken(), "POST", "/v1/skills/resolve", `{"texts":["SQL","C#"],"lang":"en"}`).ok(t, 200)
	if q := questions[hiring.ResolveSkills](h); q[0].Limit != 5 || len(q[0].Texts) != 2 || q[0].Lang != "en" {
		t.Errorf("ingest was asked %+v", q)
	}
	h.call(h.server.secrets.OperatorToken(), "POST", "/v1/skills/resolve", `{"texts":["SQL"],"limit":1000}`).problem(t, 400)
}

func TestReread(t *testing.T) {
	h := open(t)
	h.call(h.server.secrets.OperatorToken(), "POST", "/v1/skills/reread", "").ok(t, 200)
	h.call(h.token(hiring.RoleProvider, "School"), "POST", "/v1/skills/reread", "").problem(t, 403)
}

func TestTag(t *testing.T) {
	h := open(t)
	h.call(h.server.secrets.OperatorToken(), "POST", "/v1/skills/tag", `{"texts":["We use SQL."],"lang":"en"}`).ok(t, 200)
	if q := questions[hiring.TagTexts](h); len(q[0].Texts) != 1 || q[0].Lang != "en" {
		t.Errorf("ingest was asked %+v", q)
	}
	h.call(h.server.secrets.OperatorToken(), "POST", "/v1/skills/tag", `{"texts":["SQL"],"limit":1}`).problem(t, 400)
}

func TestReadOpenings(t *testing.T) {
	h := open(t)
	h.call(h.token(hiring.RoleEmployer, "Acme"), "POST", "/v1/skills/read", `{"texts":["Requirements: SQL."],"lang":"en"}`).ok(t, 200)
	if q := questions[hiring.ReadTexts](h); len(q[0].Texts) != 1 || q[0].Lang != "en" || q[0].Actor.Role != hiring.RoleEmployer {
		t.Errorf("ingest was asked %+v", q)
	}
	h.call(h.token(hiring.RoleEmployer, "Acme"), "POST", "/v1/skills/read", `{"texts":["SQL"],"limit":1}`).problem(t, 400)
	h.call(h.token(hiring.RoleEmployer, "Acme"), "POST", "/v1/skills/read", `{"texts":[`+strings.Repeat(`"",`, 1000)+`""]}`).problem(t, 400)
	h.call("", "POST", "/v1/skills/read", `{"texts":["SQL"]}`).problem(t, 401)
}

func TestReadingErrorsAreExplained(t *testing.T) {
	b := &importBody{}
	if err := b.explain(iotest.ErrTimeout); hiring.CodeOf(err) != hiring.Internal {
		t.Errorf("an unknown error reads %v", err)
	}
	if err := b.explain(io.ErrUnexpectedEOF); hiring.CodeOf(err) != hiring.Invalid {
		t.Errorf("a cut body reads %v", err)
	}
	if err := b.explain(io.EOF); err != nil {
		t.Errorf("the end reads %v", err)
	}
}

func TestColumnMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		column := rapid.StringMatching(`[^\x00]{1,20}`).Draw(t, "column")
		field := rapid.StringMatching(`[a-zA-Z.]{1,20}`).Draw(t, "field")
		m, err := columnMap([]string{column + "=" + field})
		if err != nil || m[column] != field {
			t.Fatalf("%q=%q is read as %v, %v", column, field, m, err)
		}
	})
	for _, bad := range []string{"", "=", "a=", "=b", "ab"} {
		if _, err := columnMap([]string{bad}); err == nil {
			t.Errorf("%q is a column map", bad)
		}
	}
}
