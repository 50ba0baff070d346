package domain

// SettingPermission is one part of the workspace's settings that a role may
// open (PRODUCT 9.1). Its word is the id of a TargetSetting.
type SettingPermission uint8

// The settings permissions. All of them at once is the target AllID.
const (
	SetAPIKeys SettingPermission = iota // API keys and webhooks
	SetWorkspace
	SetUsers // also: writing workspace members
	SetRoles
	SetDataModel
	SetSecurity
	SetWorkflows   // also: the objects workflow, workflowRun and workflowVersion
	SetImpersonate // users only
	SetSSOBypass   // users only
	SetApplications
	SetMarketplaceApps
	SetLayouts
	SetBilling // users only
	SetAI
)

var settingPermissionWords = []string{"api-keys-and-webhooks", "workspace", "users", "roles", "data-model", "security",
	"workflows", "impersonate", "sso-bypass", "applications", "marketplace-apps", "layouts", "billing", "ai"}

var settingPermissionNames = []string{"API Keys & Webhooks", "Workspace", "Users", "Roles", "Data Model", "Security",
	"Workflows", "Impersonate", "SSO Bypass", "Applications", "Marketplace Apps", "Layouts", "Billing", "AI"}

// SettingPermissions lists every value.
func SettingPermissions() []SettingPermission {
	out := make([]SettingPermission, len(settingPermissionWords))
	for i := range out {
		out[i] = SettingPermission(i)
	}
	return out
}

// ParseSettingPermission reads a word, a name or the product's own spelling
// (WORKSPACE_MEMBERS); one it does not know is an Invalid error.
func ParseSettingPermission(s string) (SettingPermission, error) {
	return parseWord("a settings permission", s, settingPermissionWords, map[string]SettingPermission{
		"api-keys": SetAPIKeys, "workspace-members": SetUsers, "ai-settings": SetAI, "workflow": SetWorkflows})
}

// String gives the word.
func (v SettingPermission) String() string { return wordOf(settingPermissionWords, v) }

// Name gives what a person calls it: "API Keys & Webhooks".
func (v SettingPermission) Name() string { return wordOf(settingPermissionNames, v) }

// Target gives the target of grants of it.
func (v SettingPermission) Target() Target { return Target{TargetSetting, ID(v.String())} }

// Fits tells whether a kind of principal may have it: Impersonate, SSO Bypass
// and Billing are for users only (PRODUCT 9.1).
func (v SettingPermission) Fits(k PrincipalKind) bool {
	return k == User || v != SetImpersonate && v != SetSSOBypass && v != SetBilling
}

// MarshalText gives the word, for JSON and the database.
func (v SettingPermission) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *SettingPermission) UnmarshalText(b []byte) error {
	p, err := ParseSettingPermission(string(b))
	if err == nil {
		*v = p
	}
	return err
}
