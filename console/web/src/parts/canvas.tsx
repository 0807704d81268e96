import { useEffect, useRef } from 'react';
import { type Theme, themeNow } from '../charts/theme.ts';
import { useMedia } from '../state/media.ts';

type Instance = ReturnType<typeof import('../charts/echarts.ts')['init']>;

interface Properties {
  /** called anew for each scheme of colours */
  readonly option: (theme: Theme, still: boolean) => Readonly<Record<string, unknown>>;
  readonly label: string;
  readonly height: number;
}

/** A canvas of ECharts, which is loaded when the first one is shown: figures and tables do not wait for it. */
export function Canvas({ option, label, height }: Properties) {
  const holder = useRef<HTMLDivElement>(null);
  const chart = useRef<Instance | null>(null);
  const dark = useMedia('(prefers-color-scheme: dark)');
  const still = useMedia('(prefers-reduced-motion: reduce)');
  useEffect(() => {
    const element = holder.current;
    if (element === null) return;
    let gone = false;
    const watch = new ResizeObserver(() => chart.current?.resize());
    void (async () => {
      if (chart.current === null) {
        const { init } = await import('../charts/echarts.ts');
        if (gone) return;
        chart.current ??= init(element, null, { renderer: 'canvas' });
      }
      chart.current.setOption(option(themeNow(), still), { notMerge: true });
      element.dataset['drawn'] = dark ? 'dark' : 'light';
      watch.observe(element);
    })();
    return () => {
      gone = true;
      watch.disconnect();
    };
  }, [option, dark, still]);
  useEffect(
    () => () => {
      chart.current?.dispose();
      chart.current = null;
    },
    [],
  );
  return <div ref={holder} className="canvas" role="img" aria-label={label} style={{ height }} />;
}
