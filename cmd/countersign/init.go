package main

import (
	"errors"
	"os/user"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"countersign/domain"
	"countersign/review"
	"countersign/store"
)

// initFlags are what init asks for.
type initFlags struct {
	name, zone, catalogue string
	admin, adminName      string
	checkers              []string
	rehearsal             bool
	group                 string
	uid                   int
}

func (e *env) initCmd() *cobra.Command {
	f := initFlags{}
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Start an organisation in a new database",
		Long: `Init makes a new database and starts an organisation in it: its name, zone and catalogue of
areas, the shipped roles, the first admin and two checkers, in one bootstrap event. You are bound
to the admin; with --uid another operating-system user is. A checker is named EMAIL, "Name <EMAIL>"
or either with =UID behind it, which binds an operating-system user to the checker.

The file is for you alone (0600). With --group G its folder and the file are shared with that group
on this host (2770, 0660). With --rehearsal people may be played with --as and the clock may be
set: every screen and cover says so, and it cannot be undone.`,
		Example: `  countersign init --org-name "Acme" --zone Europe/Berlin --admin ana@acme.example \
      --admin-name "Ana Marin" --checker tom@acme.example --checker "Mira Lind <mira@acme.example>=1002"`,
		Args: between(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error { return e.initialise(cmd, f) },
	}
	fl := cmd.Flags()
	fl.StringVar(&f.name, "org-name", "", "the organisation's `NAME`")
	fl.StringVar(&f.zone, "zone", "", "the IANA time `ZONE` of dates that name none (UTC)")
	fl.StringVar(&f.catalogue, "catalogue", "", "the catalogue of areas: "+strings.Join(domain.Catalogues(), " or "))
	fl.StringVar(&f.admin, "admin", "", "the first admin's `EMAIL`")
	fl.StringVar(&f.adminName, "admin-name", "", "the first admin's `NAME`")
	fl.StringArrayVar(&f.checkers, "checker", nil, "a checker's `EMAIL`; give two")
	fl.BoolVar(&f.rehearsal, "rehearsal", false, "people may be played here")
	fl.StringVar(&f.group, "group", "", "share the database with this `GROUP` of the host")
	fl.IntVar(&f.uid, "uid", e.uid, "the operating-system user bound to the admin; -1 for none")
	return cmd
}

// initialise makes the database. Where the organisation is refused, no file
// stays behind.
func (e *env) initialise(cmd *cobra.Command, f initFlags) (err error) {
	path, err := e.dbPath()
	if err != nil {
		return err
	}
	in, err := f.input(e.uid)
	if err != nil {
		return err
	}
	o, err := e.newStoreOptions(f)
	if err != nil {
		return err
	}
	gid := -1
	if f.group != "" {
		if gid, err = groupID(f.group); err != nil {
			return err
		}
		o.Share = true
	} else if err := dirFor(path); err != nil {
		return err
	}
	st, err := store.Create(cmd.Context(), path, o)
	if err != nil {
		return err
	}
	s := &session{env: e, ctx: cmd.Context(), store: st, svc: newService(st)}
	defer func() {
		err = errors.Join(err, st.Close())
		if err != nil {
			err = errors.Join(err, removeDatabase(path))
		}
	}()
	if s.actor, err = s.svc.Init(s.ctx, in); err != nil {
		return err
	}
	if gid >= 0 {
		if err := shareWith(path, gid); err != nil {
			return err
		}
	}
	p := s.newPage()
	p.line("%s: the organisation %q is ready", path, in.Organisation)
	p.line("admin     %s <%s>", nameOr(in.Admin), in.Admin.Email)
	for _, c := range in.Checkers {
		p.line("checker   %s <%s>", nameOr(c), c.Email)
	}
	p.line("log       %s", st.LogID())
	return s.print(p)
}

func nameOr(p review.Person) string {
	if p.Name != "" {
		return p.Name
	}
	return review.NameFromEmail(p.Email)
}

// newStoreOptions says how to make the file; only a rehearsal may play.
func (e *env) newStoreOptions(f initFlags) (store.Options, error) {
	o := store.Options{OrgName: strings.TrimSpace(f.name), Now: e.clock}
	if f.rehearsal {
		o.Mode = review.Rehearsal
	}
	played, err := e.played()
	if err != nil {
		return o, err
	}
	if err := e.mayPlay(o.Mode, played); err != nil {
		return o, err
	}
	if !played.IsZero() {
		o.Now = fixed(played)
	}
	if e.flags.seed != 0 {
		o.NewID = (&seededIDs{seed: e.flags.seed}).make
	}
	return o, nil
}

// input reads the people.
func (f initFlags) input(uid int) (review.InitInput, error) {
	in := review.InitInput{Organisation: f.name, Zone: f.zone, Catalogue: f.catalogue, Via: "uid " + strconv.Itoa(uid),
		Admin: review.Person{Name: f.adminName, Email: strings.TrimSpace(f.admin), UID: f.uid}}
	if in.Admin.Email == "" {
		return in, domain.Errorf(domain.Invalid, "no admin is named").Hinted("name one with --admin EMAIL")
	}
	for _, c := range f.checkers {
		p, err := parsePerson(c)
		if err != nil {
			return in, err
		}
		in.Checkers = append(in.Checkers, p)
	}
	return in, nil
}

// parsePerson reads EMAIL or "Name <EMAIL>", with =UID behind it or not.
func parsePerson(text string) (review.Person, error) {
	p := review.Person{Email: strings.TrimSpace(text), UID: -1}
	if before, after, ok := strings.Cut(p.Email, "="); ok {
		uid, err := strconv.Atoi(strings.TrimSpace(after))
		if err != nil || uid < 0 {
			return p, domain.Errorf(domain.Invalid, "%q is not the number of an operating-system user", after).
				Hinted("write a checker as EMAIL or EMAIL=UID")
		}
		p.Email, p.UID = strings.TrimSpace(before), uid
	}
	if name, rest, ok := strings.Cut(p.Email, "<"); ok {
		email, tail, closed := strings.Cut(rest, ">")
		if !closed || strings.TrimSpace(tail) != "" {
			return p, domain.Errorf(domain.Invalid, "%q is not a person", text).Hinted(`write it as "Name <EMAIL>"`)
		}
		p.Name, p.Email = strings.TrimSpace(name), strings.TrimSpace(email)
	}
	return p, nil
}

// groupID finds a group of the host by name or number.
func groupID(name string) (int, error) {
	g, err := user.LookupGroup(name)
	if err != nil {
		if g, err = user.LookupGroupId(name); err != nil {
			return -1, domain.Errorf(domain.NotFound, "there is no group %q on this host", name).
				Hinted("make it first, for example: groupadd %s", name)
		}
	}
	return strconv.Atoi(g.Gid)
}
