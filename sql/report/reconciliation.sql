select pending, missing, unexpected, parity_differences as "parityDifferences"
from ops.reconciliations
order by at desc
limit 1
