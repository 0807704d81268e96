/** Shapes tell what colours tell, for whoever does not see the colours. */
const PATHS = {
  up: 'M8 3l5 6H9v4H7V9H3z',
  down: 'M8 13L3 7h4V3h2v4h4z',
  level: 'M2 7h12v2H2z',
  flag: 'M3 2h9l-2 3 2 3H5v6H3z',
  warning: 'M8 1l7 13H1zM7 6v4h2V6zm0 5v2h2v-2z',
  stop: 'M5 1h6l4 4v6l-4 4H5l-4-4V5zm2 3v5h2V4zm0 6v2h2v-2z',
  ok: 'M6.5 10.2L3.3 7 2 8.3l4.5 4.5L14 5.3 12.7 4z',
  info: 'M8 1a7 7 0 100 14A7 7 0 008 1zM7 7h2v5H7zm0-3h2v2H7z',
  pause: 'M4 3h3v10H4zm5 0h3v10H9z',
  play: 'M4 2l10 6-10 6z',
  again: 'M8 3a5 5 0 104.6 7h-2.2A3 3 0 118 5c.8 0 1.5.3 2 .8L8.5 7.300H13V2.800L11.4 4.400A5 5 0 008 3z',
  close: 'M3.7 2.300L8 6.600l4.3-4.3 1.4 1.400L9.4 8l4.3 4.3-1.4 1.400L8 9.400l-4.3 4.3-1.4-1.400L6.6 8 2.3 3.700z',
  save: 'M7 2h2v6h3l-4 4-4-4h3zM2 12h2v2h8v-2h2v4H2z',
  question:
    'M8 1a7 7 0 100 14A7 7 0 008 1zm-1 10h2v2H7zm1-8c1.7 0 3 1.2 3 2.7 0 1.8-2 2.1-2 3.300H7c0-2.1 2-2.3 2-3.3 0-.4-.4-.8-1-.8s-1 .4-1 1H5C5 4.2 6.3 3 8 3z',
} as const;
export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} fillRule="evenodd" />
    </svg>
  );
}
