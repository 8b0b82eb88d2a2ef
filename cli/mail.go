package cli

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

var linkInMail = regexp.MustCompile(`https?://\S+/i/[A-Za-z0-9._~-]+`)

// readMail returns the subject of a mail file and the signed link in its text.
func readMail(path string) (subject, link string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", "", err
	}
	defer f.Close()
	m, err := mail.ReadMessage(f)
	if err != nil {
		return "", "", fmt.Errorf("reading the mail %s: %w", path, err)
	}
	if subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return "", "", fmt.Errorf("reading the subject of %s: %w", path, err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return "", "", fmt.Errorf("reading the mail %s: %w", path, err)
	}
	for parts := multipart.NewReader(m.Body, params["boundary"]); ; {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return "", "", fmt.Errorf("the mail %s holds no link", path)
		}
		if err != nil {
			return "", "", fmt.Errorf("reading the mail %s: %w", path, err)
		}
		var body io.Reader = part
		if strings.EqualFold(part.Header.Get("Content-Transfer-Encoding"), "quoted-printable") {
			body = quotedprintable.NewReader(part)
		}
		text, err := io.ReadAll(io.LimitReader(body, 1<<20))
		if err != nil {
			return "", "", fmt.Errorf("reading the mail %s: %w", path, err)
		}
		if link := linkInMail.FindString(string(text)); link != "" {
			return subject, link, nil
		}
	}
}

// openInvitation returns the link of an invitation other than the story's, "" when there is none.
func (s *story) openInvitation() string {
	mails, err := filepath.Glob(filepath.Join(s.mails, "*.sent.*.eml"))
	if err != nil {
		return ""
	}
	for _, path := range mails {
		if strings.Contains(filepath.Base(path), s.ref) {
			continue
		}
		if _, link, err := readMail(path); err == nil {
			return link
		}
	}
	return ""
}
