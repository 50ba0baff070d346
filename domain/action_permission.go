package domain

// ActionPermission is one act in the workspace that a role may allow (PRODUCT
// 9.1). Its word is the id of a TargetAction.
type ActionPermission uint8

// The action permissions. All of them at once is the target AllID, which the
// product calls Application All Access.
const (
	ActAskAI ActionPermission = iota // also asked for by the object agentChatThread
	ActManageViews
	ActUploadFiles
	ActDownloadFiles
	ActSendEmail
	ActCreateCalendarEvent
	ActHTTPRequest // AI agents only
	ActCodeInterpreter
	ActImportCSV
	ActExportCSV
	ActSyncAccount // users only
	ActEditProfile
)

var actionPermissionWords = []string{"ask-ai", "manage-views", "upload-files", "download-files", "send-email",
	"create-calendar-event", "http-request", "code-interpreter", "import-csv", "export-csv", "sync-account", "edit-profile"}

var actionPermissionNames = []string{"Ask AI", "Manage Views", "Upload Files", "Download Files", "Send Email",
	"Create Calendar Event", "HTTP Request", "Code Interpreter", "Import CSV", "Export CSV", "Sync Account", "Edit Profile"}

// ActionPermissions lists every value.
func ActionPermissions() []ActionPermission {
	out := make([]ActionPermission, len(actionPermissionWords))
	for i := range out {
		out[i] = ActionPermission(i)
	}
	return out
}

// ParseActionPermission reads a word, a name or the product's own spelling
// (SEND_EMAIL_TOOL); one it does not know is an Invalid error.
func ParseActionPermission(s string) (ActionPermission, error) {
	return parseWord("an action permission", s, actionPermissionWords, map[string]ActionPermission{
		"ai": ActAskAI, "views": ActManageViews, "upload-file": ActUploadFiles, "download-file": ActDownloadFiles,
		"send-email-tool": ActSendEmail, "create-calendar-event-tool": ActCreateCalendarEvent,
		"http-request-tool": ActHTTPRequest, "code-interpreter-tool": ActCodeInterpreter,
		"connected-accounts": ActSyncAccount, "profile-information": ActEditProfile})
}

// String gives the word.
func (v ActionPermission) String() string { return wordOf(actionPermissionWords, v) }

// Name gives what a person calls it: "Send Email".
func (v ActionPermission) Name() string { return wordOf(actionPermissionNames, v) }

// Target gives the target of grants of it.
func (v ActionPermission) Target() Target { return Target{TargetAction, ID(v.String())} }

// Fits tells whether a kind of principal may have it: Sync Account is for
// users only, HTTP Request for AI agents only (PRODUCT 9.1).
func (v ActionPermission) Fits(k PrincipalKind) bool {
	switch v {
	case ActSyncAccount:
		return k == User
	case ActHTTPRequest:
		return k == AIAgent
	}
	return true
}

// MarshalText gives the word, for JSON and the database.
func (v ActionPermission) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText reads the word; an unknown one is an Invalid error.
func (v *ActionPermission) UnmarshalText(b []byte) error {
	p, err := ParseActionPermission(string(b))
	if err == nil {
		*v = p
	}
	return err
}
