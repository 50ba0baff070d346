package main

import (
	"strconv"
	"strings"

	"countersign/domain"
	"countersign/review"
)

// stageHelp says how a stage is written on the command line.
const stageHelp = `A stage is written as its reviewers and what holds for it, with semicolons between:
  manager,owner; days=7; strategy=one-deny-denies; stops=revoke,reduce; name=Managers
Reviewers stand in the order in which they are asked. Besides days, strategy, stops and name there
are all (everyone whom the first link that names somebody names, not one of them), additional=WHO
(who answers besides, always), fallback=EMAIL, remind=3,1 (days before the due date) and
escalate=4:WHO or escalate=4:WHO:replace (after four days). Every stage but the first needs days.`

// parseStage reads a stage as stageHelp says; anything else is an Invalid
// error that names the stage's number.
func parseStage(no int, text string) (review.Stage, error) {
	var st review.Stage
	given := map[string]bool{}
	for part := range strings.SplitSeq(text, ";") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		key, value, set := strings.Cut(part, "=")
		key, value = strings.TrimSpace(key), strings.TrimSpace(value)
		if !set && key != "all" {
			key, value = "reviewers", part
		}
		if given[key] && key != "escalate" {
			return st, domain.Errorf(domain.Invalid, "stage %d says %q twice", no, key).Hinted("say it once")
		}
		given[key] = true
		if err := stagePart(no, &st, key, value, set); err != nil {
			return st, err
		}
	}
	if len(st.Reviewers) == 0 {
		return st, domain.Errorf(domain.Invalid, "stage %d names no reviewers: %q", no, text).
			Hinted("begin with who is asked, for example: manager,owner; days=7")
	}
	return st, nil
}

func stagePart(no int, st *review.Stage, key, value string, set bool) (err error) {
	if set && value == "" {
		return domain.Errorf(domain.Invalid, "stage %d sets %q to nothing", no, key).Hinted("leave it out, or say what it is")
	}
	switch key {
	case "reviewers":
		st.Reviewers = listOf(value)
	case "all":
		if set {
			return domain.Errorf(domain.Invalid, "stage %d: %q takes no value", no, key).Hinted("write all, alone")
		}
		st.All = true
	case "name":
		st.Name = value
	case "strategy":
		st.Strategy = value
		_, err = review.ParseStrategy(value)
	case "stops":
		st.Stops, err = review.ParseStops(listOf(value))
	case "additional":
		st.Additional = listOf(value)
	case "fallback":
		st.Fallback = domain.ID(value)
	case "days":
		st.Days, err = stageDays(no, value)
	case "remind":
		for _, w := range listOf(value) {
			n, err := strconv.Atoi(w)
			if err != nil {
				return domain.Errorf(domain.Invalid, "stage %d: %q is no number of days before the due date", no, w).
					Hinted("write remind=3,1; a negative number is after the due date")
			}
			st.Reminders = append(st.Reminders, n)
		}
	case "escalate":
		var e review.Escalation
		e, err = parseEscalation(no, value)
		st.Escalations = append(st.Escalations, e)
	default:
		return domain.Errorf(domain.Invalid, "stage %d: %q is nothing a stage has", no, key).
			Hinted("a stage has days, strategy, stops, name, all, additional, fallback, remind and escalate")
	}
	return err
}

func stageDays(no int, value string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(value, "days"), "day")))
	if err != nil || n < 1 || n > 366 {
		return 0, domain.Errorf(domain.Invalid, "stage %d: %q is no number of days", no, value).Hinted("write days=7; a stage lasts 1 to 366 days")
	}
	return n, nil
}

// parseEscalation reads "4:second-manager,ana@acme.example:replace".
func parseEscalation(no int, value string) (review.Escalation, error) {
	var e review.Escalation
	after, to, _ := strings.Cut(value, ":")
	to, how, more := strings.Cut(to, ":")
	e.To, e.Replace = listOf(to), how == "replace"
	var err error
	if e.After, err = stageDays(no, after); err != nil {
		return e, err
	}
	if len(e.To) == 0 || more && how != "replace" {
		return e, domain.Errorf(domain.Invalid, "stage %d: %q is no escalation", no, value).
			Hinted("write escalate=4:second-manager, or escalate=4:ana@acme.example:replace")
	}
	return e, nil
}

// listOf splits at commas and leaves out what is empty.
func listOf(text string) []string {
	var out []string
	for w := range strings.SplitSeq(text, ",") {
		if w = strings.TrimSpace(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// parseSilence reads "plain=keep,high=block": what silence means, by risk.
func parseSilence(parts []string) (review.SilenceRules, error) {
	var r review.SilenceRules
	for _, p := range parts {
		risk, word, _ := strings.Cut(p, "=")
		rule, err := review.ParseSilence(strings.TrimSpace(word))
		if err != nil {
			return r, err
		}
		switch strings.TrimSpace(risk) {
		case "plain":
			r.Other = rule
		case "high":
			r.High = rule
		default:
			return r, domain.Errorf(domain.Invalid, "%q is no risk of an item", strings.TrimSpace(risk)).
				Hinted("write --non-response plain=keep,high=block")
		}
	}
	return r, nil
}

// stages gives the stages and what holds over them. Where no stage is written,
// the flags for one stage make it.
func (f campaignFlags) allStages(d *review.Definition) (err error) {
	if d.NonResponse, err = parseSilence(f.silence); err != nil {
		return err
	}
	if d.Stops, err = review.ParseStops(f.stops); err != nil {
		return err
	}
	if len(f.stages) == 0 {
		d.Stages = []review.Stage{{Reviewers: f.reviewers, Fallback: domain.ID(f.fallback), Strategy: f.strategy}}
		return nil
	}
	d.Strategy = f.strategy
	for i, text := range f.stages {
		st, err := parseStage(i+1, text)
		if err != nil {
			return err
		}
		if st.Fallback == "" {
			st.Fallback = domain.ID(f.fallback)
		}
		d.Stages = append(d.Stages, st)
	}
	return nil
}
