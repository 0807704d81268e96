import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { DashboardBuilder, GridPos, Panel, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';

/** Colour of fraud and of what is past its line, in every tool. */
export const RED = '#c4162a';

const COLUMNS = 24;
const HEIGHT = 8;

interface Placeable extends Builder<Panel> {
  gridPos(position: GridPos): this;
}

export interface Row {
  readonly row: RowBuilder;
  readonly panels: readonly Placeable[];
  /** columns of 24 that a panel of the row takes @default 8 */
  readonly width?: number;
}

/** Adds the rows one below the other, their panels beside each other. */
export function laidOut(rows: readonly Row[], dashboard: DashboardBuilder): void {
  let y = 0;
  for (const { row, panels, width = 8 } of rows) {
    dashboard.withRow(row.gridPos({ x: 0, y, w: COLUMNS, h: 1 }));
    y += 1;
    const perLine = Math.floor(COLUMNS / width);
    for (const [i, panel] of panels.entries())
      dashboard.withPanel(
        panel.gridPos({ x: (i % perLine) * width, y: y + Math.floor(i / perLine) * HEIGHT, w: width, h: HEIGHT }),
      );
    y += Math.ceil(panels.length / perLine) * HEIGHT;
  }
}
