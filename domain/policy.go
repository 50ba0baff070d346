package domain

import "time"

// Policy says which change needs whose approval. It is data; the zero Policy
// allows nothing to rise without an executive's approval.
type Policy struct {
	ByClass       map[Classification]ApprovalClass `json:"by_class"`       // a rise on an agent or a source
	Always        ApprovalClass                    `json:"always"`         // the always-four-eyes acts
	ManagersUpTo  int                              `json:"managers_up_to"` // beyond so many gainers the target's owner answers
	SensitiveArea ApprovalClass                    `json:"sensitive_area"` // Edit on an area marked sensitive
	LeaverShare   int                              `json:"leaver_share"`   // percent of people an import may retire unconfirmed
	LeaverCount   int                              `json:"leaver_count"`   // and how many
}

// ShippedPolicy is the policy of a new organisation (PRODUCT 3; seed: Twig,
// data classification).
func ShippedPolicy() Policy {
	return Policy{
		ByClass: map[Classification]ApprovalClass{ClassPublic: NoApproval, ClassInternal: ManagerApproval,
			ClassConfidential: AdminApproval, ClassRestricted: ExecutiveApproval},
		Always: CheckerApproval, ManagersUpTo: 10, SensitiveArea: CheckerApproval,
		LeaverShare: 20, LeaverCount: 500,
	}
}

// Policy gives the organisation's policy: the stored one, else the shipped.
func (o *Org) Policy() Policy { return ShippedPolicy() }

// Verdict is the policy's answer to a change set, with its reasons.
type Verdict struct {
	Refused *Error // not nil: this maker may not propose this, or the change breaks a rule
	Need    ApprovalClass
	From    []ID     // ManagerApproval: each of these must approve (or one who may give a stricter approval)
	Why     []Reason // which effects asked for Need
	Effects []Effect
	After   *Org // the organisation with the changes, nil when refused
}

// AppliesNow tells whether no second person is needed.
func (v Verdict) AppliesNow() bool { return v.Refused == nil && v.Need == NoApproval }

// Judge says what a change set by this actor needs: it judges effects, not
// kinds of change, and takes the strictest approval over every level that
// rises for anyone, now or in a future window.
func (p Policy) Judge(o *Org, cs ChangeSet, by Actor, at time.Time) Verdict { return Verdict{} }

// MayApprove tells whether the checker may approve cs now: never its maker,
// never a subject who gains by it (unless all they gain is shared), holding
// the duty asked. It returns a Forbidden error with the rule that refuses
// ("maker-is-checker", "checker-gains", "duty-missing", "checker-inactive"),
// or the set of From that this approval settles.
func (p Policy) MayApprove(o *Org, cs ChangeSet, v Verdict, checker Actor, at time.Time) (settles []ID, err error) {
	return nil, nil
}
