import { type FormEvent, useId, useState } from 'react';
import { words } from '../text.ts';

const KEPT_AS = 'console.name';

export interface Decided<Choice extends string> {
  readonly choice: Choice;
  readonly name: string;
  readonly reason: string;
}

interface Properties<Choice extends string> {
  readonly legend: string;
  readonly choices: readonly Choice[];
  readonly submit: string;
  readonly busy: boolean;
  /** @returns whether it was taken; then the reason is not kept */
  readonly decide: (decided: Decided<Choice>) => Promise<boolean>;
}

/** Who decides gives a name and a reason, both of which stay in the record. */
export function DecisionForm<Choice extends string>(of: Properties<Choice>) {
  const id = useId();
  const [choice, setChoice] = useState<Choice | null>(null);
  const [name, setName] = useState(() => sessionStorage.getItem(KEPT_AS) ?? '');
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState<string | null>(null);
  const chosen = choice !== null && of.choices.includes(choice) ? choice : null;
  const send = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const lacking = chosen === null ? 'choice' : name.trim() === '' ? 'name' : reason.trim() === '' ? 'reason' : null;
    setMissing(lacking);
    if (lacking !== null) {
      document.getElementById(`${id}-${lacking}`)?.focus();
      return;
    }
    if (chosen === null) return;
    sessionStorage.setItem(KEPT_AS, name.trim());
    if (await of.decide({ choice: chosen, name: name.trim(), reason: reason.trim() })) {
      setReason('');
      setChoice(null);
    }
  };
  const error = (field: string, text: string) =>
    missing === field && (
      <p className="field-error" id={`${id}-${field}-error`} role="alert">
        {text}
      </p>
    );
  return (
    <form className="decision" onSubmit={(event) => void send(event)} noValidate>
      <fieldset>
        <legend>{of.legend}</legend>
        <div className="choices" role="radiogroup" aria-label={of.legend} aria-required="true">
          {of.choices.map((one, i) => (
            <label key={one} className="choice">
              <input
                type="radio"
                name={`${id}-choice`}
                id={i === 0 ? `${id}-choice` : undefined}
                value={one}
                checked={chosen === one}
                onChange={() => setChoice(one)}
              />
              {words(one)}
            </label>
          ))}
        </div>
        {error('choice', 'Choose one.')}
        <label htmlFor={`${id}-name`}>Your name</label>
        <input
          id={`${id}-name`}
          name="name"
          value={name}
          maxLength={100}
          autoComplete="name"
          required
          aria-invalid={missing === 'name'}
          aria-describedby={missing === 'name' ? `${id}-name-error` : undefined}
          onChange={(event) => setName(event.target.value)}
        />
        {error('name', 'A name is needed: it stays in the record.')}
        <label htmlFor={`${id}-reason`}>Reason</label>
        <textarea
          id={`${id}-reason`}
          name="reason"
          rows={3}
          maxLength={1_000}
          value={reason}
          required
          dir="auto"
          aria-invalid={missing === 'reason'}
          aria-describedby={missing === 'reason' ? `${id}-reason-error` : undefined}
          // The record holds a reason in one line, and a text that is pasted may have several.
          onChange={(event) => setReason(event.target.value.replaceAll(/[\r\n\t]+/g, ' '))}
        />
        {error('reason', 'A reason is needed: whoever asks later has nothing else.')}
        <button type="submit" className="primary" disabled={of.busy}>
          {of.busy ? 'Sending …' : of.submit}
        </button>
      </fieldset>
    </form>
  );
}
