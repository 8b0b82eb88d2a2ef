package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"matchday/hiring"
)

//go:embed page/*.html page/*.css page/*.json
var pageFiles embed.FS

// pagePolicy is the content security policy of pages: our own style sheet and our own forms, nothing else. No page has a script.
const pagePolicy = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// site renders pages.
type site struct {
	pages map[string]*template.Template
	style []byte
	stamp string // of the style sheet, so that a browser may keep it for ever
	texts map[string]texts
}

func newSite() (*site, error) {
	t := &site{pages: map[string]*template.Template{}}
	var err error
	if t.style, err = pageFiles.ReadFile("page/style.css"); err != nil {
		return nil, fmt.Errorf("reading the style sheet: %w", err)
	}
	sum := sha256.Sum256(t.style)
	t.stamp = hex.EncodeToString(sum[:6])
	if t.texts, err = readTexts(); err != nil {
		return nil, err
	}
	for _, name := range []string{"front", "docs", "invitation", "reply", "wishes", "notice", "desk", "sheet"} {
		t.pages[name], err = template.ParseFS(pageFiles, "page/layout.html", "page/outcome.html", "page/arrival.html", "page/"+name+".html")
		if err != nil {
			return nil, fmt.Errorf("reading the page %s: %w", name, err)
		}
	}
	return t, nil
}

// pageData is what every page gets.
type pageData struct {
	T     texts
	Title string
	Style string
	// Private keeps a page out of search engines.
	Private bool
	View    any
}

// render sends a page.
func (t *site) render(w http.ResponseWriter, status int, page string, d pageData) error {
	d.Style = "/assets/matchday.css?" + t.stamp
	var b bytes.Buffer
	if err := t.pages[page].ExecuteTemplate(&b, "layout", d); err != nil {
		return fmt.Errorf("rendering the page %s: %w", page, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", pagePolicy)
	h.Set("Cache-Control", "no-store")
	if d.Private {
		h.Set("X-Robots-Tag", "noindex, nofollow")
	}
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // the reader may be gone
	return nil
}

// pages registers what people look at.
func (s *Server) pages(r chi.Router) error {
	t, err := newSite()
	if err != nil {
		return err
	}
	s.site = t
	page := func(fn func(http.ResponseWriter, *http.Request) error) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if s.over(r.Context(), "page:"+s.proxies.address(r), s.limits.Address, time.Minute) {
				tooMany("too many requests from this address", time.Minute).write(w)
				return
			}
			answer := fn
			if r.Method == http.MethodPost && s.writable() != nil {
				answer = func(w http.ResponseWriter, r *http.Request) error { return s.pageProblem(w, r, fullLog()) }
			}
			if err := answer(w, r); err != nil {
				s.logger.Error("a page failed", "error", err)
				problemOf(err).write(w)
			}
		}
	}
	r.Get("/", page(s.front))
	r.Get("/docs", page(s.docs))
	r.Get("/i/{token}", page(s.showInvitation))
	r.Post("/i/{token}", page(s.answerLink))
	r.Get("/w/{token}", page(s.showWishes))
	r.Post("/w/{token}", page(s.wishByLink))
	r.Get("/d/{token}", page(s.showDesk))
	r.Post("/d/{token}", page(s.workDesk))
	r.Get("/d/{token}/sheet", page(s.showSheet))
	r.Get("/c/{token}/talks.ics", page(s.feed))
	r.Head("/c/{token}/talks.ics", page(s.feed))
	r.Get("/r", page(s.replyPage))
	r.Post("/r", page(s.replyForm))
	r.Get("/assets/matchday.css", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		_, _ = w.Write(t.style)
	})
	r.Get("/robots.txt", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write([]byte("User-agent: *\nDisallow: /i/\nDisallow: /c/\nDisallow: /w/\nDisallow: /d/\nDisallow: /v1/\n"))
	})
	return nil
}

// front says what Matchday is and what runs.
func (s *Server) front(w http.ResponseWriter, r *http.Request) error {
	return s.site.render(w, http.StatusOK, "front", pageData{T: s.site.texts["en"], Title: "Matchday", View: s.look(r.Context())})
}

// docs lists the operations of the API.
func (s *Server) docs(w http.ResponseWriter, _ *http.Request) error {
	return s.site.render(w, http.StatusOK, "docs", pageData{T: s.site.texts["en"], Title: "The API · Matchday", View: s.sections()})
}

// notice renders a page that only says something: a link that is not good, say.
func (s *Server) notice(w http.ResponseWriter, r *http.Request, status int, key string) error {
	t := s.site.pick(r, nil)
	view := struct{ Heading, Text string }{t.Say(key + ".title"), t.Say(key + ".text")}
	return s.site.render(w, status, "notice", pageData{T: t, Title: view.Heading, Private: true, View: view})
}

// pageProblem shows an error on a page.
func (s *Server) pageProblem(w http.ResponseWriter, r *http.Request, err error) error {
	switch hiring.CodeOf(err) {
	case hiring.NotFound:
		return s.notice(w, r, http.StatusNotFound, "unknown")
	case hiring.Unavailable:
		w.Header().Set("Retry-After", "5")
		return s.notice(w, r, http.StatusServiceUnavailable, "unavailable")
	case hiring.TooMany:
		w.Header().Set("Retry-After", "60")
		return s.notice(w, r, http.StatusTooManyRequests, "toomany")
	}
	return err
}
