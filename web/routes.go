package web

import (
	"context"
	"net/http"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"

	"matchday/hiring"
)

// routes builds the whole handler: middleware for everything, then pages and health for anyone, then the API for those with a
// token.
func (s *Server) routes() (http.Handler, error) {
	r := chi.NewRouter()
	cross, err := s.crossOrigin()
	if err != nil {
		return nil, err
	}
	r.Use(secureHeaders, s.recoverer, s.audited, cross, s.deadlines)
	r.NotFound(func(w http.ResponseWriter, _ *http.Request) {
		problemOf(hiring.Errorf(hiring.NotFound, "there is nothing at this address").Mend("see /docs for the API")).write(w)
	})
	r.MethodNotAllowed(func(w http.ResponseWriter, _ *http.Request) {
		newProblem(http.StatusMethodNotAllowed, hiring.Invalid, "the method does not fit the address").write(w)
	})
	if err := s.pages(r); err != nil {
		return nil, err
	}
	r.Get("/healthz", s.alive)
	r.Get("/readyz", s.readiness)
	r.Get("/v1/openapi.json", s.openAPI)
	r.Group(func(r chi.Router) {
		r.Use(s.authenticate, s.writes)
		s.api = humachi.New(r, s.config())
		s.importRoutes()
		s.matchRoutes()
		s.adviceRoutes()
		s.searchRoutes()
		s.resourceRoutes()
		s.dayRoutes()
		s.daySelectionRoutes()
		s.wishRoutes()
		s.invitationRoutes()
		s.attendanceRoutes()
		s.dashboardRoutes()
		s.sheetRoutes()
		s.feedRoutes()
		s.calendarReplyRoutes()
		s.streamRoutes()
		s.operatorRoutes()
		s.employerRoutes()
		s.replyRoutes()
	})
	schemas := s.api.OpenAPI().Components.Schemas.Map()
	delete(schemas, "ErrorModel") // huma's own; ours is Problem
	delete(schemas, "ErrorDetail")
	return r, nil
}

// config describes the API and turns huma's own errors into problems.
func (s *Server) config() huma.Config {
	c := huma.DefaultConfig("Matchday", "1")
	c.Info.Description = "Learners who hold micro-credentials meet employers who hire for skills: imports, ranked matches with their " +
		"reasons, search, interview days and invitations. Every call needs a token: Authorization: Bearer."
	c.OpenAPIPath, c.DocsPath, c.SchemasPath, c.CreateHooks = "", "", "", nil
	c.Formats = map[string]huma.Format{"application/json": jsonFormat(), "json": jsonFormat()}
	c.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"bearer": {Type: "http", Scheme: "bearer"}}
	c.Security = []map[string][]string{{"bearer": {}}}
	c.Components.Schemas.RegisterTypeAlias(reflect.TypeFor[hiring.Score](), reflect.TypeFor[float64]())
	c.Transformers = []huma.Transformer{func(ctx huma.Context, _ string, v any) (any, error) {
		m, ok := v.(*huma.ErrorModel)
		if !ok {
			return v, nil
		}
		p := fromHuma(m)
		if u, ok := ctx.(*edgeContext); ok {
			u.status = p.Status
		}
		return p, nil
	}}
	return c
}

// edgeContext is huma's context with one thing changed: the status of a problem that [fromHuma] made stands, whatever huma chose.
type edgeContext struct {
	humaContext
	status int
}

// humaContext names the embedded field: huma.Context has a method of the name that the field would get.
type humaContext = huma.Context

// SetStatus sends the status.
func (c *edgeContext) SetStatus(code int) {
	if c.status != 0 {
		code = c.status
	}
	c.humaContext.SetStatus(code)
}

// Unwrap lets humachi find its own context.
func (c *edgeContext) Unwrap() huma.Context { return c.humaContext }

// op is what is special about one operation.
type op struct {
	method, path, id, tag, summary, description string
	// endless exempts it from the handler's time limit: it streams in or out.
	endless bool
	// raw is set for bodies that the handler reads by itself: their content types.
	raw []string
	// body bounds the body in bytes where Limits.Body is too little.
	body int64
}

// operation makes huma's description, with the limits that all operations share.
func (s *Server) operation(o op) huma.Operation {
	h := huma.Operation{
		OperationID: o.id, Method: o.method, Path: o.path, Summary: o.summary, Description: o.description, Tags: []string{o.tag},
		DefaultStatus: http.StatusOK, MaxBodyBytes: max(o.body, s.limits.Body) + 1, BodyReadTimeout: s.limits.ReadTimeout,
		SkipValidateBody: true, RejectUnknownQueryParameters: true,
		Middlewares: huma.Middlewares{func(ctx huma.Context, next func(huma.Context)) {
			if problem := wrongType(ctx, o); problem != nil {
				problem.write(writerOf(ctx))
				return
			}
			next(&edgeContext{humaContext: ctx})
		}},
		Responses: map[string]*huma.Response{"default": {
			Description: "What is wrong and how to mend it",
			Content: map[string]*huma.MediaType{
				"application/problem+json": {Schema: s.api.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Problem](), true, "")},
			},
		}},
	}
	return h
}

// wrongType refuses a body that is not JSON where JSON is read.
func wrongType(ctx huma.Context, o op) *Problem {
	t := mediaType(ctx.Header("Content-Type"))
	if len(o.raw) > 0 || t == "" || t == "application/json" || o.method == http.MethodGet || o.method == http.MethodDelete {
		return nil
	}
	p := newProblem(http.StatusUnsupportedMediaType, hiring.Invalid, "the body is of the wrong content type")
	p.Fix = "send Content-Type: application/json"
	return p
}

// mediaType returns the type of a Content-Type header in lower case, without parameters.
func mediaType(header string) string {
	t, _, _ := strings.Cut(header, ";")
	return strings.ToLower(strings.TrimSpace(t))
}

// writerOf returns the response writer behind a huma context.
func writerOf(ctx huma.Context) http.ResponseWriter {
	_, w := humachi.Unwrap(ctx)
	return w
}

// handle registers one operation that answers JSON.
func handle[I, O any](s *Server, o op, fn func(context.Context, caller, *I) (*O, error)) {
	huma.Register(s.api, s.operation(o), func(ctx context.Context, in *I) (*O, error) {
		who := callerOf(ctx)
		if !o.endless {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, s.limits.Handler)
			defer cancel()
		}
		out, err := fn(ctx, who, in)
		if err != nil {
			return nil, s.failure(ctx, who, err)
		}
		return out, nil
	})
}

// raw registers one operation whose handler reads or writes the connection by itself. What it returns before it has written
// anything becomes a problem.
func raw[I any](s *Server, o op, produces string, fn func(http.ResponseWriter, *http.Request, caller, *I) error) {
	operation := s.operation(o)
	operation.Responses["200"] = &huma.Response{Description: "OK", Content: map[string]*huma.MediaType{produces: {Schema: &huma.Schema{Type: "string"}}}}
	huma.Register(s.api, operation, func(_ context.Context, in *I) (*huma.StreamResponse, error) {
		return &huma.StreamResponse{Body: func(h huma.Context) {
			r, w := humachi.Unwrap(h)
			who := callerOf(r.Context())
			err := fn(w, r, who, in)
			switch {
			case err == nil:
			case len(o.raw) > 0:
				early(w, r, s.failure(r.Context(), who, err).write)
			default:
				s.failure(r.Context(), who, err).write(w)
			}
		}}, nil
	})
	if len(o.raw) == 0 {
		return
	}
	// Described only now: huma would read a body that it knows of before the handler can.
	body := &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{}}
	for _, t := range o.raw {
		body.Content[t] = &huma.MediaType{Schema: &huma.Schema{Type: "string"}}
	}
	s.api.OpenAPI().Paths[o.path].Post.RequestBody = body
}

// reply is a JSON answer.
type reply[T any] struct {
	ETag string `header:"ETag"`
	Link string `header:"Link"`
	Body T
}

// answer wraps a body.
func answer[T any](body T) *reply[T] { return &reply[T]{Body: body} }
