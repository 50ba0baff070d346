package domain

// RuleSoD is the rule by which a separation of duties is refused that cannot
// be, and a change set that would break one where the setting says so.
const RuleSoD = "sod"

// separations: a separation of duties has a name of its own, two different
// sides, and each side is something that can be held.
func (c *check) separations() *Error {
	if err := uniqueNames(c, KindSoD, func(r SoDRule) string { return r.Name }); err != nil {
		return err
	}
	return each(c, func(_ *SoDRule, r SoDRule) *Error {
		if r.Severity > SeverityCritical {
			return refuse(Invalid, RuleSoD, "the SoD rule %q has a severity that is none", r.Name).
				Hinted("use low, medium, high or critical")
		}
		if r.A == r.B {
			return refuse(Invalid, RuleSoD, "both sides of the SoD rule %q are the same", r.Name).
				Hinted("name two things that nobody may hold together")
		}
		if r.A.Target == r.B.Target && r.A.Agent == r.B.Agent {
			return refuse(Invalid, RuleSoD, "both sides of the SoD rule %q are levels of one thing: who has the higher has the lower", r.Name).
				Hinted("name two things that nobody may hold together")
		}
		for _, s := range []SoDSide{r.A, r.B} {
			if err := c.sideFits(r, s); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *check) sideFits(r SoDRule, s SoDSide) *Error {
	ladder := LadderOf(s.Target.Kind)
	_, byID := targetRecords[s.Target.Kind]
	switch {
	case s.Target.Kind == TargetAccessType || s.Target.Kind == TargetCreator || ladder == nil:
		return refuse(Invalid, RuleSoD, "a side of the SoD rule %q is the %s of an agent, which nobody is given", r.Name, s.Target.Kind).
			Hinted("name the agent itself")
	case s.Level == None || s.Level > ladder.Top():
		return refuse(Invalid, RuleSoD, "a side of the SoD rule %q has no level that can be held on %q", r.Name, c.after.thingName(s.Target)).
			Hinted("the levels are %s, from the second on", ladder)
	case byID && s.Target.ID == "":
		return refuse(Invalid, RuleReference, "a side of the SoD rule %q names no %s", r.Name, s.Target.Kind).Hinted("name one")
	case !byID && c.after.targetNumber(s.Target) < 0:
		return refuse(Invalid, RuleReference, "a side of the SoD rule %q names the %s %q, which is not there", r.Name, s.Target.Kind, s.Target.ID).
			Hinted("name one that is there")
	case s.Agent != "" && s.Target.Kind != TargetArea && s.Target.Kind != TargetSource:
		return refuse(Invalid, RuleScope, "%s cannot be limited to one agent", c.after.sideWords(SoDSide{Target: s.Target, Level: s.Level})).
			Hinted("only areas and data sources can")
	}
	return nil
}
