package notify

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/mail"
	"net/url"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"matchday/calendar"
)

// page is the HTML half of a mail: no pictures, no styles from elsewhere, nothing that reports back.
const page = `<!DOCTYPE html>
<html lang="{{.Lang}}">
<head><meta charset="utf-8"><title>{{.Subject}}</title></head>
<body>
{{- range .Blocks}}
<p>{{.Text}}{{if .Link}}<br><a href="{{.Link}}">{{.Link}}</a>{{end}}</p>
{{- with .Items}}
<ul>
{{- range .}}
<li>{{.}}</li>
{{- end}}
</ul>
{{- end}}
{{- end}}
</body>
</html>
`

// writer turns letters into mails.
type writer struct {
	base    string // of links, without a slash at the end
	from    mail.Address
	host    string
	tongues *tongues
	page    *template.Template
}

func newWriter(baseURL, from string) (*writer, error) {
	u, err := url.Parse(baseURL)
	if err != nil {
		return nil, fmt.Errorf("the address of the pages: %w", err)
	}
	host := u.Hostname()
	if host == "" {
		host = "localhost"
	}
	if from == "" {
		from = "no-reply@" + host
	}
	sender, err := mail.ParseAddress(from)
	if err != nil {
		return nil, fmt.Errorf("the sender's address: %w", err)
	}
	if sender.Name == "" {
		sender.Name = "Matchday"
	}
	t, err := loadTongues()
	if err != nil {
		return nil, err
	}
	html, err := template.New("mail").Parse(page)
	if err != nil {
		return nil, fmt.Errorf("the mail's template: %w", err)
	}
	return &writer{base: strings.TrimSuffix(baseURL, "/"), from: *sender, host: host, tongues: t, page: html}, nil
}

// compose writes a letter as a message of RFC 5322 with a plain and an HTML half, and the talk for the learner's calendar where there is one. The same letter gives the same bytes: date, id
// and boundary come from the fact, not from the moment.
func (w *writer) compose(l letter) ([]byte, error) {
	t, err := w.words(l)
	if err != nil {
		return nil, fmt.Errorf("putting a mail into words: %w", err)
	}
	var html bytes.Buffer
	if err := w.page.Execute(&html, t); err != nil {
		return nil, fmt.Errorf("laying out a mail: %w", err)
	}
	id := fmt.Sprintf("%s.%s.%d", l.Invitation.Ref, l.Occasion, l.Seq)
	sum := sha256.Sum256([]byte(id))
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary(hex.EncodeToString(sum[:16])))
	m.FromMailAddress(&w.from)
	m.ToMailAddress(&l.To)
	m.Subject(oneLine(t.Subject))
	m.SetDateWithValue(l.Written)
	m.SetMessageIDWithValue(id + "@" + w.host)
	m.SetGenHeader(gomail.HeaderContentLang, t.Lang)
	m.SetBodyString(gomail.TypeTextPlain, t.plain())
	m.AddAlternativeString(gomail.TypeTextHTML, html.String())
	if t.Entry != nil { // the richest form stands last (RFC 2046 section 5.1.4); the method makes it an invitation (RFC 6047)
		m.AddAlternativeString(gomail.ContentType("text/calendar; method="+t.Entry.Method()), string(calendar.Invite(*t.Entry)))
	}
	var out bytes.Buffer
	if _, err := m.WriteTo(&out); err != nil {
		return nil, fmt.Errorf("writing a mail: %w", err)
	}
	return out.Bytes(), nil
}

// plain is the text half of a mail.
func (t text) plain() string {
	var b strings.Builder
	for i, p := range t.Blocks {
		if i > 0 {
			b.WriteString("\n")
		}
		b.WriteString(p.Text + "\n")
		for _, item := range p.Items {
			b.WriteString("- " + item + "\n")
		}
		if p.Link != "" {
			b.WriteString(p.Link + "\n")
		}
	}
	return b.String()
}
