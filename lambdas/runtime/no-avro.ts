/**
 * Stands in for `avsc` in the bundles: Kafka's client has it for schema registries, a tenth of a megabyte that nothing
 * here uses.
 */
export default {};
