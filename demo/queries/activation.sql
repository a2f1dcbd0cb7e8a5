SELECT a.*
FROM journeys, plg.activation(j, :'start', :'goal', :'within', :'as_of') AS a
