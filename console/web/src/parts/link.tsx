import type { AnchorHTMLAttributes, MouseEvent } from 'react';
import { go } from '../state/url.ts';

type Properties = AnchorHTMLAttributes<HTMLAnchorElement> & { readonly href: string };

/** A link within the console: a plain click stays in the page, every other way of following it is the browser's. */
export function Link({ href, onClick, ...rest }: Properties) {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go(href);
  };
  return <a href={href} onClick={follow} {...rest} />;
}
