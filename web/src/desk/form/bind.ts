// How the inputs of a form meet what is edited and what was refused.

type Typed = { currentTarget: { value: string } };
type Checked = { currentTarget: { checked: boolean } };

/** The fields of a draft that hold a value of one type. */
type Holding<D, Value> = { [K in keyof D]: D[K] extends Value ? K : never }[keyof D] & string;

/**
 * Binds inputs to the fields of a draft and to the refusals of a mutation, which are named by their places in its input. `places` names
 * those that differ from the draft's. What no input of this drawing shows is left in `rest`, so that no refusal goes untold: bind
 * while the form itself is drawn, not inside of its parts.
 */
export function bind<D extends object>(
  draft: D,
  set: (patch: Partial<D>) => void,
  refused: Readonly<Record<string, string>>,
  places: Partial<Record<keyof D, string>> = {},
) {
  const shown = new Set<string>();
  const error = (place: string): string | undefined => {
    shown.add(place);
    return refused[place];
  };
  const errorOf = <K extends keyof D & string>(name: K) => error(places[name] ?? name);
  const put = <K extends keyof D>(name: K, value: D[K]) => set({ [name]: value } as unknown as Partial<D>);

  return {
    /** What was refused at a place of the input. */
    error,
    /** What was refused at a place of the input and beneath it, for a part of the form that shows it by itself. */
    errors: (place: string): Record<string, string> => {
      const beneath = Object.keys(refused).filter((at) => at === place || at.startsWith(`${place}.`));
      return Object.fromEntries(beneath.map((at) => [at, error(at) ?? ""]));
    },
    /** For an input that gives its value. */
    field: <K extends keyof D & string>(name: K) => ({
      value: draft[name],
      onChange: (value: D[K]) => put(name, value),
      error: errorOf(name),
    }),
    /** For an input that gives the event of typing. */
    text: <K extends Holding<D, string>>(name: K) => ({
      value: draft[name] as string,
      onChange: (event: Typed) => put(name, event.currentTarget.value as D[K]),
      error: errorOf(name),
    }),
    /** For a switch or a box to tick. */
    check: <K extends Holding<D, boolean>>(name: K) => ({
      checked: draft[name] as boolean,
      onChange: (event: Checked) => put(name, event.currentTarget.checked as D[K]),
    }),
    /** What was refused and is shown beside no input. */
    rest: (): string =>
      Object.keys(refused)
        .filter((place) => !shown.has(place))
        .map((place) => refused[place])
        .join(" "),
  };
}
