package jobposting

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// plain turns HTML into text: tags go, scripts, styles and the like go with what they hold, blocks become lines, items of lists
// begin with a dash. Text that holds escaped markup only, as feeds that escape twice send it, is unescaped first.
func plain(s string) string {
	if !strings.ContainsRune(s, '<') && strings.Contains(s, "&lt;") {
		s = html.UnescapeString(s)
	}
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	hidden := ""
	for {
		switch z.Next() {
		case html.ErrorToken:
			return tidy(b.String())
		case html.TextToken:
			if hidden == "" {
				b.Write(z.Raw()) // still escaped: tidy unescapes, once
			}
		case html.StartTagToken:
			tag, _ := z.TagName()
			if t := string(tag); hidden == "" && unseen[t] {
				hidden = t
			} else if t == "li" {
				b.WriteString("\n- ")
			} else if breaks[t] {
				b.WriteByte('\n')
			}
		case html.SelfClosingTagToken:
			if tag, _ := z.TagName(); breaks[string(tag)] {
				b.WriteByte('\n')
			}
		case html.EndTagToken:
			tag, _ := z.TagName()
			if t := string(tag); t == hidden {
				hidden = ""
			} else if breaks[t] {
				b.WriteByte('\n')
			}
		}
	}
}

// unseen are the elements whose content a reader of the page never sees.
var unseen = map[string]bool{"script": true, "style": true, "template": true, "noscript": true, "iframe": true, "object": true,
	"textarea": true, "title": true, "svg": true, "xmp": true, "noembed": true}

// breaks are the elements that begin or end a line.
var breaks = map[string]bool{"p": true, "br": true, "div": true, "ul": true, "ol": true, "li": true, "tr": true, "table": true,
	"h1": true, "h2": true, "h3": true, "h4": true, "h5": true, "h6": true, "section": true, "article": true, "hr": true,
	"blockquote": true, "pre": true, "dd": true, "dt": true}

// tidy unescapes text, drops control characters, and leaves single spaces and at most one empty line in a row.
func tidy(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, html.UnescapeString(s))
	var lines []string
	for line := range strings.SplitSeq(s, "\n") {
		line = strings.Join(strings.Fields(line), " ")
		if line == "-" || line == "" && (len(lines) == 0 || lines[len(lines)-1] == "") {
			continue
		}
		lines = append(lines, line)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

func degrees(s string) (float64, bool) {
	n, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return n, err == nil && n >= -180 && n <= 180
}
