package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kabinet/domain"
	"kabinet/graph"
	"kabinet/store"
)

func newMigrateCommand() *cobra.Command {
	return &cobra.Command{
		Use: "migrate", Short: "Bring the schema of the database up to date", Args: noArgs,
		Long: "Applies the migrations that the database lacks. Several may run at once: one works, the others wait. \"kabinet serve\" does the same when it starts.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := loadConfig()
			if err != nil {
				return err
			}
			db, err := joinDatabase(cmd.Context(), c, c.logger(os.Stderr))
			if err != nil {
				return err
			}
			defer func() { _ = db.close() }()
			applied, err := store.Migrate(cmd.Context(), db.dsn)
			if err != nil {
				return err
			}
			for _, m := range applied {
				cmd.Printf("applied %s in %d ms\n", m.Name, m.Millis)
			}
			if len(applied) == 0 {
				cmd.Println("the schema is up to date")
			}
			return nil
		},
	}
}

func newStaffCommand() *cobra.Command {
	staff := &cobra.Command{
		Use: "staff", Short: "Manage the people who work for the business", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	staff.AddCommand(newStaffAddCommand(), newStaffRemoveCommand())
	return staff
}

func newStaffAddCommand() *cobra.Command {
	var draft domain.StaffDraft
	var role, locale string
	add := &cobra.Command{
		Use: "add --email ADDRESS --name NAME [--role ROLE]", Short: "Add a staff member, or change the role of one", Args: noArgs,
		Long:    "Adds a staff member. They sign in with a one-time code sent to the address. Doing it again changes name, role and language, and takes back one who left.",
		Example: "  kabinet staff add --email olga@example.org --name \"Ольга Ветрова\" --role ADMIN",
		RunE: func(cmd *cobra.Command, _ []string) error {
			draft.Role = domain.StaffRole(strings.ToUpper(role))
			if !draft.Role.AtLeast(domain.Operator) {
				return usageError{fmt.Errorf("--role is %q: use OPERATOR, MANAGER or ADMIN", role)}
			}
			var known bool
			if draft.Locale, known = domain.ParseLocale(locale); !known {
				return usageError{fmt.Errorf("--locale is %q: use ru or en", locale)}
			}
			st, closeStore, err := openStore(cmd.Context())
			if err != nil {
				return err
			}
			defer closeStore()
			m, err := st.InviteStaff(cmd.Context(), domain.Viewer{}, draft)
			if refused := domain.AsRefused(err); refused != nil {
				return usageError{fmt.Errorf("--%s: %s", strings.Join(refused[0].Field, "."), refused[0].Message(domain.EN))}
			}
			if err != nil {
				return err
			}
			cmd.Printf("%s <%s> is %s\n", m.Name, m.Email, m.Role)
			return nil
		},
	}
	add.Flags().StringVar(&draft.Email, "email", "", "address for signing in (required)")
	add.Flags().StringVar(&draft.Name, "name", "", "full name (required)")
	add.Flags().StringVar(&role, "role", "OPERATOR", "OPERATOR, MANAGER or ADMIN")
	add.Flags().StringVar(&locale, "locale", "ru", "language of alerts: ru or en")
	return add
}

func newStaffRemoveCommand() *cobra.Command {
	var email string
	remove := &cobra.Command{
		Use: "remove --email ADDRESS", Short: "End somebody's work here: their sessions and alerts", Args: noArgs,
		Long:    "Ends all sessions of a staff member at once, everywhere, and sends them no more alerts. They sign in as a customer from now on. What they did stays under their name; \"kabinet staff add\" takes them back.",
		Example: "  kabinet staff remove --email olga@example.org",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if email == "" {
				return usageError{fmt.Errorf("--email is missing")}
			}
			st, closeStore, err := openStore(cmd.Context())
			if err != nil {
				return err
			}
			defer closeStore()
			m, err := st.StaffByEmail(cmd.Context(), email)
			if errors.Is(err, domain.ErrNotFound) {
				return fmt.Errorf("nobody who works here has the address %q", email)
			}
			if err != nil {
				return err
			}
			if m, err = st.RemoveStaff(cmd.Context(), domain.Viewer{}, m.ID); err != nil {
				return err
			}
			cmd.Printf("%s <%s> works here no more\n", m.Name, m.Email)
			return nil
		},
	}
	remove.Flags().StringVar(&email, "email", "", "address for signing in (required)")
	return remove
}

func newTokenCommand() *cobra.Command {
	var customer, staff string
	token := &cobra.Command{
		Use: "token (--customer PHONE|EMAIL | --staff EMAIL)", Short: "Print an access token for a customer or a staff member", Args: noArgs,
		Long: `Prints an access token that lives 15 minutes, for trying requests. It needs access to the database, which is proof enough; the
session that it opens is listed among the person's sessions as "kabinet token".`,
		Example: "  curl -H \"Authorization: Bearer $(kabinet token --staff olga@example.org)\" …",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if (customer == "") == (staff == "") {
				return usageError{fmt.Errorf("give either --customer or --staff")}
			}
			c, err := loadConfig()
			if err != nil {
				return err
			}
			st, closeStore, err := openStore(cmd.Context())
			if err != nil {
				return err
			}
			defer closeStore()
			customerID, staffID, err := findPerson(cmd.Context(), st, customer, staff)
			if err != nil {
				return err
			}
			in, err := st.OpenSessionFor(cmd.Context(), customerID, staffID)
			if err != nil {
				return err
			}
			secrets, err := c.secrets()
			if err != nil {
				return err
			}
			access, _, err := newTokens(secrets, time.Now).Issue(in.Viewer)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), access)
			return err
		},
	}
	token.Flags().StringVar(&customer, "customer", "", "phone or e-mail address of a customer")
	token.Flags().StringVar(&staff, "staff", "", "e-mail address of a staff member")
	return token
}

// findPerson finds a customer by phone or e-mail address, or a staff member by e-mail address.
func findPerson(ctx context.Context, st *store.Store, customer, staff string) (customerID, staffID int64, err error) {
	if staff != "" {
		m, err := st.StaffByEmail(ctx, staff)
		if domain.CodeOf(err) == domain.NotFound {
			return 0, 0, fmt.Errorf("there is no staff member %q; \"kabinet staff add\" adds one", staff)
		}
		return 0, m.ID, err
	}
	b, err := st.Business(ctx)
	if err != nil {
		return 0, 0, err
	}
	channel := domain.ChannelSMS
	if strings.Contains(customer, "@") {
		channel = domain.ChannelEmail
	}
	address, refused := domain.ParseAddress(channel, customer, b.Country)
	if refused != nil {
		return 0, 0, usageError{fmt.Errorf("--customer %q: %s", customer, refused[0].Message(domain.EN))}
	}
	found, err := st.CustomerByAddress(ctx, address)
	if domain.CodeOf(err) == domain.NotFound {
		return 0, 0, fmt.Errorf("there is no customer %q", customer)
	}
	return found.ID, 0, err
}

func newSchemaCommand() *cobra.Command {
	return &cobra.Command{
		Use: "schema", Short: "Print the GraphQL schema as it is served", Args: noArgs,
		Long: "Prints the whole schema definition, as published in schema.graphqls.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprint(cmd.OutOrStdout(), graph.PublishedSDL(graph.Schema()))
			return err
		},
	}
}
