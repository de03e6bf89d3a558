<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
{% macro symbol_layer(class, options) %}
        <layer class="{{ class }}" enabled="1" pass="0" locked="0">
          <Option type="Map">
{% for name, value in options.items() %}
            <Option name="{{ name }}" type="QString" value="{{ value }}"/>
{% endfor %}
          </Option>
{% for name, value in options.items() %}
          <prop k="{{ name }}" v="{{ value }}"/>
{% endfor %}
        </layer>
{% endmacro %}
<qgis version="3.22.0" styleCategories="Symbology">
  <renderer-v2 type="categorizedSymbol" attr="{{ attribute }}" forceraster="0" symbollevels="0" enableorderby="0" referencescale="-1">
    <categories>
{% for category in categories %}
      <category symbol="{{ loop.index0 }}" value="{{ category.value }}" type="{{ value_type }}" label="{{ category.label }}" render="true"/>
{% endfor %}
    </categories>
    <symbols>
{% for category in categories %}
      <symbol type="{{ "marker" if points else "fill" }}" name="{{ loop.index0 }}" alpha="1" force_rhr="0" clip_to_extent="1">
{% if points %}
{{ symbol_layer("SimpleMarker", {"name": "circle", "color": category.colour ~ ",255", "outline_color": "32,32,32,255",
  "outline_width": "0.2", "size": "2", "size_unit": "MM"}) }}
{% else %}
{{ symbol_layer("SimpleFill", {"color": category.colour ~ ",102", "style": "solid", "outline_color": "32,32,32,255",
  "outline_style": "solid", "outline_width": "0.26", "outline_width_unit": "MM"}) }}
{% endif %}
      </symbol>
{% endfor %}
    </symbols>
  </renderer-v2>
  <blendMode>0</blendMode>
  <layerOpacity>1</layerOpacity>
  <layerGeometryType>{{ 0 if points else 2 }}</layerGeometryType>
</qgis>
