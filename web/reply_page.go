package web

import (
	"net/http"
	"slices"
	"time"

	"matchday/hiring"
)

// replyLink is how long the page that a reply code opened stays open.
const replyLink = time.Hour

// replyPage asks for the reply code of a message.
func (s *Server) replyPage(w http.ResponseWriter, r *http.Request) error {
	return s.renderReply(w, r, http.StatusOK, "")
}

func (s *Server) renderReply(w http.ResponseWriter, r *http.Request, status int, alert string) error {
	t := s.site.pick(r, nil)
	view := struct{ Other, Alert string }{Other: pageLanguages[1-slices.Index(pageLanguages, t.Lang)]}
	if alert != "" {
		view.Alert = t.Say(alert)
	}
	w.Header().Set("Referrer-Policy", "same-origin") // as on the page of an invitation: forms must name their origin
	return s.site.render(w, status, "reply", pageData{T: t, Title: t.Say("reply.title"), Private: true, View: view})
}

// replyForm leads whoever knows a reply code to the page of its invitation.
func (s *Server) replyForm(w http.ResponseWriter, r *http.Request) error {
	r.Body = http.MaxBytesReader(w, r.Body, s.limits.Form)
	if err := r.ParseForm(); err != nil {
		return hiring.Errorf(hiring.Invalid, "the form cannot be read")
	}
	v, err := s.byCode(r.Context(), r.PostForm.Get("code"), s.proxies.address(r), s.limits.FailedAuth)
	if hiring.CodeOf(err) == hiring.NotFound {
		return s.renderReply(w, r, http.StatusNotFound, "reply.unknown")
	}
	if err != nil {
		if problemOf(err).Status == http.StatusTooManyRequests {
			return s.notice(w, r, http.StatusTooManyRequests, "toomany")
		}
		return s.pageProblem(w, r, err)
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, "/i/"+s.secrets.SignLink(v.Invitation.Ref, s.now().Add(replyLink)), http.StatusSeeOther)
	return nil
}
