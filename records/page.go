package records

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"

	"golang.org/x/net/html"

	"matchday/hiring"
)

// Magic of files that spreadsheets write: a zip archive, and what came before that.
var (
	zipMagic = []byte("PK\x03\x04")
	oleMagic = []byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}
)

// refuse names what a body is that is no text of the format at all, so that it fails once and not by every line.
func refuse(body *bufio.Reader, format hiring.Format) error {
	start, _ := body.Peek(512)
	switch {
	case bytes.HasPrefix(start, zipMagic), bytes.HasPrefix(start, oleMagic):
		return hiring.Errorf(hiring.Invalid, "the file is an Excel workbook or an archive").Mend("save the sheet as CSV UTF-8")
	case format != hiring.JSONLD && isPage(start):
		return hiring.Errorf(hiring.Invalid, "the file is an HTML page").Mend("name it .html to have its JobPostings read, or send JSON Lines or CSV")
	}
	return nil
}

// isPage reports whether a text begins as an HTML page does.
func isPage(start []byte) bool {
	start = bytes.ToLower(bytes.TrimLeft(start, jsonSpace))
	for _, tag := range []string{"<!doctype html", "<html", "<head", "<script"} {
		if bytes.HasPrefix(start, []byte(tag)) {
			return true
		}
	}
	return false
}

// cutPage takes each object of each block of JSON-LD in an HTML page as a record.
func cutPage(page []byte, limit int, each func(cut) error) error {
	z := html.NewTokenizer(bytes.NewReader(page))
	line, blocks, inside := 1, 0, false
	for {
		kind := z.Next()
		raw := z.Raw()
		switch kind {
		case html.ErrorToken:
			if err := z.Err(); !errors.Is(err, io.EOF) {
				return hiring.Errorf(hiring.Invalid, "the HTML page cannot be read")
			}
			if blocks == 0 {
				return hiring.Errorf(hiring.Invalid, "the HTML page holds no JSON-LD").Mend("save the page of the posting itself, or send JSON Lines or CSV")
			}
			return nil
		case html.StartTagToken:
			inside = isData(z.Token())
		case html.TextToken:
			if inside {
				blocks++
				if err := cutText(bytes.Clone(raw), line, limit, each); err != nil {
					return err
				}
			}
			inside = false
		default:
			inside = false
		}
		line += bytes.Count(raw, []byte("\n"))
	}
}

// isData reports whether a tag opens a block of JSON-LD.
func isData(t html.Token) bool {
	if t.Data != "script" {
		return false
	}
	for _, a := range t.Attr {
		media, _, _ := strings.Cut(a.Val, ";")
		if a.Key == "type" && strings.EqualFold(strings.TrimSpace(media), "application/ld+json") {
			return true
		}
	}
	return false
}
