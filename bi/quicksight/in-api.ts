/** The CDK spells properties `likeThis`, the API and CloudFormation `LikeThis`; values stay as they are. */
export function inApi(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inApi);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key === 'kpiVisual' ? 'KPIVisual' : key.charAt(0).toUpperCase() + key.slice(1),
      inApi(inner),
    ]),
  );
}
