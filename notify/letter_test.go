package notify

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // so that the tests do not depend on the machine

	"github.com/google/go-cmp/cmp"

	"matchday/hiring"
)

var update = flag.Bool("update", false, "write the golden files anew")

// example is a letter with everything in it.
func example(o occasion, languages ...string) letter {
	at := time.Date(2027, 3, 15, 8, 0, 0, 0, time.UTC)
	slots := []hiring.Slot{
		{Start: at, End: at.Add(30 * time.Minute), Seats: 2},
		{Start: at.Add(40 * time.Minute), End: at.Add(70 * time.Minute), Seats: 2},
	}
	inv := hiring.Invitation{
		Ref: "inviteref", Day: "spring", Opening: "o1", Employer: "Café & Co", Learner: "learnerref", Status: hiring.Accepted,
		SentAt: at.AddDate(0, 0, -7), Expires: at.AddDate(0, 0, -4),
		Match: hiring.Match{
			Score: 800_000, Matched: []hiring.SkillID{"s1", "s2", "s3"}, Missing: []hiring.SkillID{"s4", "s5", "text:forklift"},
			Near: []hiring.Near{{Skill: "s4", By: "s9", Relation: hiring.Sibling}},
			Parts: []hiring.Part{
				{Skill: "s2", Name: "Teamwork", Value: 100_000, Relation: hiring.Same, Proof: hiring.ProofSelf},
				{Skill: "s1", Name: "SQL", Value: 500_000, Relation: hiring.Same, Proof: hiring.ProofRecorded, Credential: "Google Data Analytics"},
				{Skill: "s3", Name: "Stock keeping", Value: 150_000, Relation: hiring.Same, Proof: hiring.ProofWork},
				{Skill: "s4", Name: "Tableau", Value: 50_000, Relation: hiring.Sibling, Proof: hiring.ProofClaimed, Credential: "Power BI basics"},
			},
		},
	}
	inv.Slot = &slots[1]
	switch o {
	case invited:
		inv.Status, inv.Slot = hiring.Sent, nil
	case offered:
		inv.Status, inv.Slot, inv.Offer = hiring.Offered, nil, &hiring.Offer{Slot: slots[0], Until: at.AddDate(0, 0, -2)}
	case moved, changed:
		inv.Sequence, inv.Former = 1, &slots[0]
	case dropped:
		inv.Status, inv.Slot, inv.Former, inv.Sequence = hiring.Waiting, nil, &slots[1], 1
	case returned:
		inv.Status, inv.Slot, inv.Former, inv.Sequence = hiring.Declined, nil, &slots[1], 1
	case recalled:
		inv.Status, inv.Slot = hiring.Withdrawn, nil
	case asked:
		inv.Attendance = &hiring.Attendance{Presence: hiring.Attended, At: slots[1].End}
	case wished:
		inv = hiring.Invitation{Ref: "dayref", Day: "spring", Employer: inv.Employer, Learner: inv.Learner}
	}
	lat, lon := 40.7, -74.0
	feed := ""
	if o == confirmed {
		feed = "learnerref.0.mac"
	}
	return letter{
		Occasion: o, Feed: feed, Invitation: inv, Written: at.AddDate(0, 0, -7), Seq: 42, Token: "inviteref.abc.def", Code: "ABCDE-FGH23", CheckIn: "7KM-2QX", Languages: languages,
		Day: hiring.Day{
			ID: "spring", Title: "Spring interviews", Kind: hiring.Interviews, Zone: "Europe/Madrid", Slots: slots,
			Place: &hiring.Place{Name: "Calle Mayor 1, Madrid"}, Link: "https://meet.example.org/x", Access: "Ramp at the side door.\nRing twice.",
			Deadline: at.AddDate(0, 0, -1), ReplyWithin: 48 * 3600,
		},
		Opening: &hiring.Opening{ID: "o1", Title: "Data technician <junior>", Skills: []hiring.Requirement{
			{SkillRef: hiring.SkillRef{Skill: "s5", Name: "Python"}},
		}},
		To: mail.Address{Name: "Zoë Quispe", Address: "zoe@example.org"}, Place: &hiring.Place{Country: "US", Lat: &lat, Lon: &lon},
	}
}

func exampleWriter(t *testing.T) *writer {
	t.Helper()
	w, err := newWriter("https://matchday.example.org/", "")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// parts parses a mail and returns its headers and both halves.
func parts(t *testing.T, content []byte) (header mail.Header, plain, html string) {
	t.Helper()
	header, plain, html, _, _ = allParts(t, content)
	return header, plain, html
}

// allParts parses a mail with its entry for a calendar, and what that asks for, where it has one.
func allParts(t *testing.T, content []byte) (header mail.Header, plain, html, entry, method string) {
	t.Helper()
	m, err := mail.ReadMessage(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("content type %s, %v", kind, err)
	}
	r := multipart.NewReader(m.Body, params["boundary"])
	var halves []string
	for {
		p, err := r.NextRawPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if enc := p.Header.Get("Content-Transfer-Encoding"); enc != "quoted-printable" {
			t.Fatalf("encoding %s", enc)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		kind, params, err := mime.ParseMediaType(p.Header.Get("Content-Type"))
		if err != nil || !strings.EqualFold(params["charset"], "utf-8") {
			t.Fatalf("content type %s %v, %v", kind, params, err)
		}
		if kind == "text/calendar" {
			entry, method = string(body), params["method"]
			continue
		}
		halves = append(halves, strings.ReplaceAll(string(body), "\r\n", "\n"))
	}
	if len(halves) != 2 {
		t.Fatalf("%d parts", len(halves))
	}
	return m.Header, halves[0], halves[1], entry, method
}

// Spanish mails say usted, as the pages do, and both name zones by their city.
func TestSpanishMailsSayUsted(t *testing.T) {
	words, err := locales.ReadFile("locale/active.es.json")
	if err != nil {
		t.Fatal(err)
	}
	if m := regexp.MustCompile(`(?i)[^\p{L}](te|tu|tus|tú|ti|puedes|tienes|responde|acepta|recibes)[^\p{L}]`).Find(words); m != nil {
		t.Errorf("tú in %q", m)
	}
	content, err := exampleWriter(t).compose(example(invited, "es"))
	if err != nil {
		t.Fatal(err)
	}
	_, plain, html := parts(t, content)
	if !strings.Contains(plain, "03:00 (hora de New York). ") || strings.Contains(plain+html, "Europe/") {
		t.Errorf("zones in %s", plain)
	}
}

// Run with -update after a change that is meant, and read the difference.
func TestMailsReadAsWritten(t *testing.T) {
	w := exampleWriter(t)
	for _, lang := range []string{"en", "es"} {
		for _, status := range []occasion{invited, offered, confirmed, moved, changed, dropped, returned, recalled, refused, reminded, asked, wished} {
			t.Run(lang+"/"+string(status), func(t *testing.T) {
				content, err := w.compose(example(status, lang))
				if err != nil {
					t.Fatal(err)
				}
				header, plain, html, entry, method := allParts(t, content)
				subject, err := new(mime.WordDecoder).DecodeHeader(header.Get("Subject"))
				if err != nil {
					t.Fatal(err)
				}
				got := "Subject: " + subject + "\nTo: " + header.Get("To") + "\nFrom: " + header.Get("From") + "\nDate: " + header.Get("Date") +
					"\nMessage-ID: " + header.Get("Message-ID") + "\nContent-Language: " + header.Get("Content-Language") +
					"\n\n" + plain + "\n" + html
				if entry != "" {
					got += "\n" + method + "\n" + strings.ReplaceAll(entry, "\r\n", "\n")
				}
				golden := filepath.Join("testdata", string(status)+"."+lang+".txt")
				if *update {
					if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(golden)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(string(want), got); diff != "" {
					t.Errorf("the mail differs (-golden +now):\n%s", diff)
				}
				for _, name := range []string{"User-Agent", "X-Mailer"} {
					if header.Get(name) != "" {
						t.Errorf("%s names the library", name)
					}
				}
			})
		}
	}
}

func TestSameLetterSameBytes(t *testing.T) {
	first, err := exampleWriter(t).compose(example(invited, "en"))
	if err != nil {
		t.Fatal(err)
	}
	second, err := exampleWriter(t).compose(example(invited, "en"))
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("the bytes differ (%v)", err)
	}
}

// Attacks 32 and 33: what employers and learners write begins no header and no element.
func TestForeignTextStaysText(t *testing.T) {
	evil := "x\r\nBcc: thief@example.org\r\n\r\n<script>alert(1)</script>\u2028"
	l := example(invited, "en")
	l.Invitation.Employer = hiring.EmployerName(evil)
	l.Opening.Title, l.Day.Title, l.Day.Access, l.Day.Place.Name = evil, evil, evil, evil
	l.Invitation.Match.Parts[0].Name, l.Invitation.Match.Parts[1].Credential = evil, evil
	l.To.Name = oneLine(evil)
	content, err := exampleWriter(t).compose(l)
	if err != nil {
		t.Fatal(err)
	}
	header, plain, html := parts(t, content)
	if header.Get("Bcc") != "" || len(header["To"]) != 1 {
		t.Errorf("headers %v", header)
	}
	if strings.Contains(html, "<script") || !strings.Contains(html, "&lt;script&gt;") {
		t.Errorf("the page holds the script: %s", html)
	}
	for line := range strings.Lines(plain) {
		if strings.HasPrefix(line, "Bcc") || strings.HasPrefix(line, "<script") {
			t.Errorf("a line of its own: %q", line)
		}
	}
	to, err := mail.ParseAddress(header.Get("To"))
	if err != nil || to.Address != "zoe@example.org" {
		t.Errorf("to %v, %v", to, err)
	}
}

func TestLanguageIsTheNearestSpoken(t *testing.T) {
	tongues, err := loadTongues()
	if err != nil {
		t.Fatal(err)
	}
	for want, list := range map[string][][]string{
		"en": {nil, {"en-US"}, {"zh"}, {"not a tag"}, {"en", "es"}, {"zh", "en"}},
		"es": {{"es"}, {"es-419"}, {"es-PE", "en"}, {"zh", "es"}},
	} {
		for _, preferred := range list {
			if got := tongues.speak(preferred).tag; got != want {
				t.Errorf("%v is written in %s, want %s", preferred, got, want)
			}
		}
	}
}

// Every language has every message, and each message names the same values.
func TestLanguagesAreComplete(t *testing.T) {
	load := func(lang string) map[string]string {
		data, err := locales.ReadFile("locale/active." + lang + ".json")
		if err != nil {
			t.Fatal(err)
		}
		words := map[string]string{}
		if err := json.Unmarshal(data, &words); err != nil {
			t.Fatal(err)
		}
		return words
	}
	values := func(s string) (names []string) {
		for _, part := range strings.Split(s, "{{.")[1:] {
			name, _, _ := strings.Cut(part, "}}")
			names = append(names, name)
		}
		slices.Sort(names)
		return names
	}
	en := load("en")
	for _, tag := range languages[1:] {
		other := load(tag.String())
		for id, s := range en {
			if o, ok := other[id]; !ok || !slices.Equal(values(s), values(o)) {
				t.Errorf("%s: %q has %q, English %q", tag, id, o, s)
			}
		}
		if len(other) != len(en) {
			t.Errorf("%s has %d messages, English %d", tag, len(other), len(en))
		}
	}
}

func TestManySlotsAndUnknownZoneStayShort(t *testing.T) {
	l := example(invited, "en")
	l.Place = nil
	for i := range 30 {
		s := l.Day.Slots[1]
		s.Start, s.End = s.Start.Add(time.Duration(i+1)*time.Hour), s.End.Add(time.Duration(i+1)*time.Hour)
		l.Day.Slots = append(l.Day.Slots, s)
	}
	words, err := exampleWriter(t).words(l)
	if err != nil {
		t.Fatal(err)
	}
	plain := words.plain()
	if !strings.Contains(plain, "32 times, the first Monday 15 March 2027, 09:00 (Madrid time)") || strings.Contains(plain, "your time") {
		t.Errorf("the mail says:\n%s", plain)
	}
}
