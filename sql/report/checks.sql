select check_type as name, count(*)::integer as count from dw.data_quality_issues group by check_type order by check_type
