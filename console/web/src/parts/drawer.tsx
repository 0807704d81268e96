import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef } from 'react';
import { Icon } from './icons.tsx';

interface Properties {
  readonly title: string;
  readonly close: () => void;
  readonly children: ReactNode;
}

const FOCUSABLE =
  'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), summary, [tabindex="0"]';

/**
 * Beside the list. It is modal, so the rest is out of reach for keyboard and reader alike; the focus goes round in it,
 * Esc closes it, and then the focus is where it came from.
 */
export function Drawer({ title, close, children }: Properties) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    const before = document.activeElement;
    element?.showModal();
    element?.querySelector<HTMLElement>('h2')?.focus();
    return () => {
      element?.close();
      const back =
        before instanceof HTMLElement && before.isConnected && before !== document.body
          ? before
          : document.querySelector<HTMLElement>('main');
      back?.focus();
    };
  }, []);
  const goRound = (event: KeyboardEvent<HTMLDialogElement>) => {
    if (event.key !== 'Tab') return;
    const all = [...event.currentTarget.querySelectorAll<HTMLElement>(FOCUSABLE)].filter((one) =>
      one.checkVisibility(),
    );
    const [first, last] = [all.at(0), all.at(-1)];
    const at = document.activeElement;
    if (event.shiftKey ? at === first || at?.tagName === 'H2' : at === last) {
      event.preventDefault();
      (event.shiftKey ? last : first)?.focus();
    }
  };
  return (
    <dialog
      ref={dialog}
      className="drawer"
      aria-labelledby={id}
      onKeyDown={goRound}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClick={(event) => {
        if (event.target === event.currentTarget) close();
      }}
    >
      <div className="drawer-body">
        <header>
          <h2 id={id} tabIndex={-1}>
            <bdi>{title}</bdi>
          </h2>
          <button type="button" className="quiet" onClick={close}>
            <Icon name="close" />
            Close
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
