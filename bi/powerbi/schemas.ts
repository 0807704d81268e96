const FABRIC = 'https://developer.microsoft.com/json-schemas/fabric';

/**
 * Versions of the formats: those of March 2026. Power BI Desktop reads what is older than itself, so an installation
 * of some months ago opens the project too. The tests hold every file to these schemas.
 */
export const SCHEMAS = {
  project: `${FABRIC}/pbip/pbipProperties/1.0.0/schema.json`,
  platform: `${FABRIC}/gitIntegration/platformProperties/2.0.0/schema.json`,
  reportProperties: `${FABRIC}/item/report/definitionProperties/2.0.0/schema.json`,
  modelProperties: `${FABRIC}/item/semanticModel/definitionProperties/1.0.0/schema.json`,
  version: `${FABRIC}/item/report/definition/versionMetadata/1.0.0/schema.json`,
  report: `${FABRIC}/item/report/definition/report/3.2.0/schema.json`,
  pages: `${FABRIC}/item/report/definition/pagesMetadata/1.0.0/schema.json`,
  page: `${FABRIC}/item/report/definition/page/2.1.0/schema.json`,
  visual: `${FABRIC}/item/report/definition/visualContainer/2.7.0/schema.json`,
} as const;
